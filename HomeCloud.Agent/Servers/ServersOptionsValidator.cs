using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Servers;

public sealed class ServersOptionsValidator : IValidateOptions<ServersOptions>
{
    public ValidateOptionsResult Validate(string? name, ServersOptions options)
    {
        var failures = new List<string>();
        if (!Path.IsPathFullyQualified(options.DataDirectory))
        {
            failures.Add($"--data-dir {options.DataDirectory}: set an absolute path (example: /var/lib/homecloud).");
        }

        if (options.MountRoot.Length > 0 && (!Path.IsPathFullyQualified(options.MountRoot) || Path.GetFullPath(options.MountRoot) == "/"))
        {
            failures.Add($"--mount-root {options.MountRoot}: set the absolute path of a folder created for this (example: /srv/homecloud); / would open the whole machine.");
        }

        if (options.NameTimeout <= TimeSpan.Zero)
        {
            failures.Add($"NameTimeout {options.NameTimeout}: set a time above zero.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
