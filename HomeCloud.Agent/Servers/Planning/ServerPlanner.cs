using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>
/// From what was asked, a template and the options to a plan, or the first problem. Touches neither engine nor network,
/// so that every bad request is refused before anything is made.
/// </summary>
public sealed partial class ServerPlanner(ServersOptions options, TemplateCatalogue templates, TimeProvider time)
{
    /// <summary>Read by the start script of our ssh box.</summary>
    private const string PasswordVariable = "HOMECLOUD_PASSWORD";

    /// <summary>None that looks like another.</summary>
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyz23456789";

    private const int PasswordLength = 14;

    /// <param name="request">Hostile.</param>
    /// <param name="keys">The public keys kept by the agent.</param>
    /// <param name="by">Who asks.</param>
    public Outcome<ServerPlan> Plan(CreateServer request, IReadOnlyList<string> keys, string by)
    {
        if (ServerName.ContainerProblem(request.Name) is { } badName)
            return badName;

        var name = ServerName.Fold(request.Name!);
        var template = FindTemplate(request);
        if (!template.IsSuccess)
            return template.Problem;

        var image = string.IsNullOrWhiteSpace(request.Image) ? template.Value.Image : request.Image.Trim();
        if (!ImageName.IsValid(image))
            return new ServerProblem(ProblemCode.InvalidImage, $"{Shorten(image)} is not a valid image name.", "Write it as Docker does (example: debian:12 or ghcr.io/someone/thing:1).");

        if (CheckSimple(request) is { } problem)
            return problem;

        if (Limits(request, template.Value, out var memory, out var cpus) is { } badLimit)
            return badLimit;

        var mounts = Mounts(request, template.Value);
        if (!mounts.IsSuccess)
            return mounts.Problem;

        var secrets = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var environment = Environment(request, template.Value, name, secrets);
        if (template.Value.Ssh)
        {
            var all = keys.Concat(request.SshKeys ?? []).DistinctBy(SshKey.Identity).ToList();
            if (all.Count == 0 && !request.OneTimePassword)
                return new ServerProblem(ProblemCode.NoKey, $"Nobody could log in to {name}: there is no SSH key.", "Add a public key on Settings or with --ssh-key FILE, fetch one with --ssh-key github:ACCOUNT, or ask for a password: --password");

            environment["HOMECLOUD_SSH_KEYS"] = string.Join('\n', all);
            environment["HOMECLOUD_USER"] = request.User ?? "root";
            if (request.OneTimePassword)
                environment[PasswordVariable] = secrets[PasswordVariable] = RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);
        }

        var making = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return new ServerPlan
        {
            Name = name,
            Making = making,
            Image = ImageName.WithTag(image),
            Build = image == template.Value.Image ? template.Value.Build : null,
            Command = request.Command is { Count: > 0 } command ? [.. command] : template.Value.Command,
            Environment = environment.ToImmutable(),
            Mounts = mounts.Value,
            Labels = LabelsOf(request, template.Value, making, by),
            Aliases = [.. (request.Aliases ?? []).Select(ServerName.Fold).Distinct()],
            Ports = template.Value.Ports,
            Secrets = secrets.ToImmutable(),
            ReadyTimeout = TimeSpan.FromSeconds(Math.Clamp(template.Value.ReadySeconds, 1, 600)),
            MemoryBytes = memory,
            Cpus = cpus,
            Privileged = request.Privileged,
            FixedAddress = AddressText.TryParse(request.Address, out var fixedAddress) ? fixedAddress : null,
            Network = request.Network,
        };
    }

    private Outcome<ServerTemplate> FindTemplate(CreateServer request)
    {
        if (string.IsNullOrWhiteSpace(request.Template))
        {
            return string.IsNullOrWhiteSpace(request.Image)
                ? templates.Find(TemplateCatalogue.Default)!
                : new ServerTemplate { Image = request.Image.Trim() };
        }

        return templates.Find(request.Template.Trim().ToLowerInvariant()) is { } template
            ? template
            : new ServerProblem(ProblemCode.TemplateNotFound, $"There is no template {Shorten(request.Template)}.", $"Templates: {string.Join(", ", templates.All().Keys)}.");
    }

    private ServerProblem? CheckSimple(CreateServer request)
    {
        // JSON's null inside a list, whatever the type says.
        if (new[] { request.Aliases, request.Volumes, request.SshKeys, request.Command }.Any(list => list?.Any(item => item is null) == true))
            return new ServerProblem(ProblemCode.InvalidRequest, "A list contains null.", "Use strings only.");

        if (request.Privileged && !options.AllowPrivileged)
            return new ServerProblem(ProblemCode.PrivilegedNotAllowed, "Privileged servers are not allowed: they control the whole machine.", "Start the agent with --allow-privileged to allow them.");

        if (request.Address is not null && (!AddressText.TryParse(request.Address, out var address) || address.AddressFamily != AddressFamily.InterNetwork))
            return new ServerProblem(ProblemCode.InvalidAddress, $"{Shorten(request.Address)} is not a valid IPv4 address.", "Write it as 192.168.1.50.");

        if (request.User is not null && !SshTarget.IsLoginName(request.User))
            return new ServerProblem(ProblemCode.InvalidRequest, $"{Shorten(request.User)} is not a valid login name.", "Use lower-case letters, digits, hyphens and underscores, 32 at most.");

        if ((request.Aliases ?? []).FirstOrDefault(a => a is null || ServerName.Problem(a) is not null) is { } alias)
            return new ServerProblem(ProblemCode.InvalidAlias, $"The alias {Shorten(alias)} is not a valid name.", "Use letters, digits and hyphens.");

        if ((request.Aliases ?? []).Count > 20 || (request.Volumes ?? []).Count > 50 || (request.Environment ?? new Dictionary<string, string>()).Count > 200 || (request.Command ?? []).Count > 200)
            return new ServerProblem(ProblemCode.InvalidRequest, "Too many aliases, volumes, variables or arguments.", "Use at most 20 aliases, 50 volumes, 200 variables and 200 arguments.");

        if ((request.SshKeys ?? []).FirstOrDefault(k => k is null || !SshKey.IsValid(k)) is { } key)
            return new ServerProblem(ProblemCode.InvalidKey, $"{Shorten(key)} is not a valid public SSH key.", "Paste a line of ~/.ssh/id_ed25519.pub.");

        if ((request.Environment ?? new Dictionary<string, string>()).FirstOrDefault(v => !VariableRule().IsMatch(v.Key) || v.Value is null || v.Value.Length > 32_768 || v.Value.Contains('\0')) is { Key: { } variable })
            return new ServerProblem(ProblemCode.InvalidEnvironment, $"{Shorten(variable)} is not a valid variable name.", "Use letters, digits and underscores; do not start with a digit.");

        if ((request.Command ?? []).Any(a => a is null || a.Contains('\0')))
            return new ServerProblem(ProblemCode.InvalidRequest, "An argument of the command contains a null character.", "");

        if (!string.IsNullOrWhiteSpace(request.Sleep) && !SleepRule.TryParse(request.Sleep, out _))
            return new ServerProblem(ProblemCode.InvalidSleep, $"{Shorten(request.Sleep)} is not a valid time to fall asleep after.", "Write a time from 5s to 30d (example: 15m), or never.");

        return request.ExpiresIn is not null && (!Sizes.TryParseDuration(request.ExpiresIn, out var lifetime) || lifetime > TimeSpan.FromDays(3650))
            ? new ServerProblem(ProblemCode.InvalidExpiry, $"{Shorten(request.ExpiresIn)} is not a valid duration.", "Write 30m, 2h or 7d.")
            : null;
    }

    /// <summary>What can be said of a change without its server: names, variables, limits and times.</summary>
    internal ServerProblem? Check(CreateServer request, out long memory, out double cpus)
    {
        (memory, cpus) = (0, 0);
        return CheckSimple(request) ?? Limits(request, new ServerTemplate(), out memory, out cpus);
    }

    private static ServerProblem? Limits(CreateServer request, ServerTemplate template, out long memory, out double cpus)
    {
        memory = 0;
        cpus = request.Cpus ?? template.Cpus ?? 0;
        var text = string.IsNullOrWhiteSpace(request.Memory) ? template.Memory : request.Memory;
        if (text is not null && (!Sizes.TryParseBytes(text, out memory) || memory < 6 << 20))
            return new ServerProblem(ProblemCode.InvalidLimit, $"{Shorten(text)} is not a valid memory limit.", "Write 512m or 2g; the minimum is 6m.");

        return double.IsFinite(cpus) && cpus is >= 0 and <= 1024 && (cpus == 0 || cpus >= 0.01)
            ? null
            : new ServerProblem(ProblemCode.InvalidLimit, $"{cpus} is not a valid number of cores.", "Write a number of cores (example: 1.5).");
    }

    private Outcome<ImmutableArray<MountPlan>> Mounts(CreateServer request, ServerTemplate template)
    {
        var mounts = new Dictionary<string, MountPlan>(StringComparer.Ordinal);
        foreach (var text in template.Volumes.Concat(request.Volumes ?? []))
        {
            var mount = MountParser.Parse(text ?? "", options.MountRoot);
            if (!mount.IsSuccess)
                return mount.Problem;

            // A mount that was asked for replaces the template's at the same place.
            mounts[mount.Value.Target] = mount.Value;
        }

        return mounts.Values.ToImmutableArray();
    }

    private ImmutableSortedDictionary<string, string>.Builder Environment(
        CreateServer request, ServerTemplate template, string name, ImmutableSortedDictionary<string, string>.Builder secrets)
    {
        var environment = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in template.Environment)
        {
            var filled = value.Replace("{{name}}", name, StringComparison.Ordinal).Replace("{{fqdn}}", $"{name}.{options.Zone}", StringComparison.Ordinal);
            if (filled.Contains("{{secret}}", StringComparison.Ordinal) && request.Environment?.ContainsKey(key) != true)
            {
                filled = filled.Replace("{{secret}}", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), StringComparison.Ordinal);
                secrets[key] = filled;
            }

            environment[key] = filled;
        }

        foreach (var (key, value) in request.Environment ?? new Dictionary<string, string>())
            environment[key] = value;

        return environment;
    }

    private ImmutableSortedDictionary<string, string> LabelsOf(CreateServer request, ServerTemplate template, string making, string by)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels[Labels.Server] = making;
        labels[Labels.CreatedBy] = by;
        if (template.Id.Length > 0)
            labels[Labels.Template] = template.Id;

        if (!template.Ports.IsDefaultOrEmpty)
            labels[Labels.Ports] = string.Join(' ', template.Ports);

        if (template.Ssh)
            labels[Labels.User] = request.User ?? "root";

        if (request.Aliases is { Count: > 0 } aliases)
            labels[Labels.Aliases] = string.Join(',', aliases.Select(ServerName.Fold).Distinct());

        if (request.Wildcard)
            labels[Labels.Wildcard] = "true";

        if (!string.IsNullOrWhiteSpace(request.Sleep))
            labels[HomeCloudLabels.Sleep] = request.Sleep.Trim().ToLowerInvariant();

        if (request.ExpiresIn is not null && Sizes.TryParseDuration(request.ExpiresIn, out var lifetime))
            labels[Labels.Expires] = (time.GetUtcNow() + lifetime).ToString("yyyy-MM-ddTHH:mm:ssZ");

        return labels.ToImmutable();
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,200}\z")]
    private static partial Regex VariableRule();
}
