using HomeCloud.Agent.Servers;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web;

public sealed class WebOptionsValidator : IValidateOptions<WebOptions>
{
    /// <summary>sun_path of unix(7), with its null at the end.</summary>
    private const int LongestSocketPath = 107;

    public ValidateOptionsResult Validate(string? name, WebOptions options)
    {
        var failures = new List<string>();
        if (options.ControlSocket.Length > 0 && !Path.IsPathFullyQualified(options.ControlSocket))
        {
            failures.Add($"--control-socket {options.ControlSocket}: set an absolute path (example: {WebOptions.DefaultControlSocket}).");
        }

        if (options.ControlSocket.Length > LongestSocketPath)
        {
            failures.Add($"--control-socket {options.ControlSocket}: a socket's path has at most {LongestSocketPath} characters; choose a shorter one.");
        }

        if ((options.TlsCertificate.Length == 0) != (options.TlsKey.Length == 0))
        {
            failures.Add("--tls-certificate and --tls-key: set both, or neither for a self-signed certificate.");
        }

        foreach (var path in new[] { options.TlsCertificate, options.TlsKey, options.TokenFile }.Where(p => p.Length > 0 && !File.Exists(p)))
        {
            failures.Add($"{path}: the file does not exist or cannot be read; check the path and its permissions.");
        }

        if (ServerName.Check(options.Name) is not (NameVerdict.Valid or NameVerdict.Reserved))
        {
            failures.Add($"The page's name {options.Name} is not a valid host name; use letters, digits and hyphens.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
