using System.Globalization;
using System.Text.RegularExpressions;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers;

/// <summary>Where ssh goes, as validated parts: the caller passes each as an argument of its own and never splits a line again.</summary>
/// <param name="User">The login name; null for whatever ssh takes by itself.</param>
/// <param name="Host">A full name.</param>
/// <param name="Port">1 to 65535.</param>
public sealed partial record SshTarget(string? User, string Host, ushort Port)
{
    private const ushort Standard = 22;

    /// <summary>The line to type. None of the parts can begin an option or end a word.</summary>
    public string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"ssh {(Port == Standard ? "" : $"-p {Port} ")}{(User is null ? "" : User + "@")}{Host}");

    /// <param name="user">From a label: a login name or anything else, which counts as none.</param>
    /// <param name="host">A full name.</param>
    /// <param name="port">1 to 65535.</param>
    /// <returns>Null when the host is not a host name.</returns>
    public static SshTarget? Create(string? user, string host, ushort port = Standard) =>
        NameRules.IsValid(host) && !host.StartsWith('*') ? new SshTarget(IsLoginName(user) ? user : null, host, port) : null;

    /// <summary>As useradd(8) has it: lower-case letters, digits, hyphens and underscores, the first no digit and no hyphen.</summary>
    public static bool IsLoginName(string? text) => text is not null && LoginRule().IsMatch(text);

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex LoginRule();
}
