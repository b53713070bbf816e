using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>One line of an authorized_keys file: type, base64, comment. No options, which could run commands.</summary>
public static partial class SshKey
{
    public static bool IsValid(string line) => line.Length <= 16_384 && Rule().IsMatch(line);

    /// <summary>What tells keys apart: type and key, without the comment.</summary>
    public static string Identity(string line)
    {
        var parts = line.Split(' ', 3);
        return parts.Length < 2 ? line : $"{parts[0]} {parts[1]}";
    }

    [GeneratedRegex(@"^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]{40,}={0,3}( [\x20-\x7e]{0,200})?\z")]
    private static partial Regex Rule();
}
