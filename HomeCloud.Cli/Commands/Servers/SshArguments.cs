using System.Globalization;
using System.Text.RegularExpressions;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>
/// What ssh is called with. The parts come from an agent that may be another machine's, so each is checked here again, and "--"
/// ends the options before the destination. A second one behind it would be the command's first word: OpenSSH reads no
/// options behind a destination that "--" came before. The command is the caller's own words.
/// </summary>
internal static partial class SshArguments
{
    /// <exception cref="UserErrorException">The agent names something that is no user, host or port.</exception>
    public static string[] For(SshInfo to, IEnumerable<string> addresses, IReadOnlyList<string> words)
    {
        if ((to.User is not null && !UserRule().IsMatch(to.User)) || !HostRule().IsMatch(to.Host) || to.Port is < 1 or > ushort.MaxValue)
            throw new UserErrorException("the agent sent a user, host or port that is not safe to pass to ssh.", "Update the agent, and check the container's labels.", ExitCodes.Failure);

        // The server's own machine may not use our DNS: the address always works, and the key is kept under the name.
        string[] address = AddressText.TryParse(addresses.FirstOrDefault(), out var known) ? ["-o", $"HostName={known}", "-o", $"HostKeyAlias={to.Host}"] : [];
        string[] user = to.User is null ? [] : ["-l", to.User];
        string[] port = to.Port == 22 ? [] : ["-p", to.Port.ToString(CultureInfo.InvariantCulture)];
        return [.. address, .. user, .. port, "--", to.Host, .. words];
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex UserRule();

    [GeneratedRegex(@"^[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*\z")]
    private static partial Regex HostRule();
}
