using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Files.Native;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>The settings of compose.yaml. What a file says already stays: only what it lacks is added.</summary>
internal static class EnvironmentFile
{
    private const int PasswordBytes = 24;
    private const string Certificate = "REDIS_CERTIFICATE";
    private const string Key = "REDIS_KEY";

    public static string Merge(string existing, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var lines = existing.Length == 0 ? [] : existing.TrimEnd('\n').Split('\n').ToList();
        var set = lines
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2 && parts[1].Trim().Length > 0 && !parts[0].StartsWith('#'))
            .Select(parts => parts[0].Trim())
            .ToHashSet(StringComparer.Ordinal);
        // A certificate and the key of another do not go together: a second machine has a copied certificate and no key.
        if (set.Contains(Certificate))
            set.Add(Key);
        foreach (var (name, value) in settings.Where(setting => !set.Contains(setting.Key)))
        {
            var empty = lines.FindIndex(line => line.Trim() == name + "=");
            if (empty >= 0)
                lines[empty] = $"{name}={value}";
            else
                lines.Add($"{name}={value}");
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>What it says now; empty when there is none.</summary>
    /// <exception cref="IOException">It is a link: the folder's owner, who gets the file, may have made it lead to one that only root may read. Or it cannot be read.</exception>
    public static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(RegularFile.OpenRead(file));
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
        catch (NotRegularException problem)
        {
            throw new IOException($"{file} is a link or another special file. Set --env-file to the file itself.", problem);
        }
    }

    /// <summary>Written by sudo it would be root's, and unreadable for who types the next line of the guide: the owner of its folder.</summary>
    public static async Task GiveToFolderOwnerAsync(string file, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file);
        // The framework has no chown; coreutils has. Without the right to give it away it stays with its writer, who is the owner then. A link that the
        // folder's owner puts there meanwhile is not followed.
        using var chown = Process.Start(new ProcessStartInfo("chown", ["--no-dereference", "--reference=" + Path.GetDirectoryName(path), "--", path]) { RedirectStandardError = true });
        if (chown is not null)
            await chown.WaitForExitAsync(cancellationToken);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Settings(NetworkProposal proposal, string host, string? socketGroup)
    {
        List<KeyValuePair<string, string>> settings =
        [
            new("HOMECLOUD_NETWORK", proposal.Name),
            new("HOMECLOUD_DNS_ADDRESS", proposal.Dns.ToString()),
            new("HOMECLOUD_WEB_ADDRESS", proposal.Web.ToString()),
            new("HOMECLOUD_HOST", host),
            new("REDIS_PASSWORD", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes))),
            new("COMPOSE_PROJECT_NAME", "homecloud"),
        ];
        if (proposal.Spare is { } spare)
            settings.Add(new("HOMECLOUD_REDIS_ADDRESS", spare.ToString()));
        var (certificate, key) = MakeCertificate();
        settings.Add(new(Certificate, certificate));
        settings.Add(new(Key, key));
        if (socketGroup is not null)
            settings.Add(new("DOCKER_GID", socketGroup));
        return settings;
    }

    // For the name that both machines know Redis by. Valid long enough for every clock that is not set yet; who holds the
    // certificate trusts just this one.
    internal static (string Certificate, string Key) MakeCertificate()
    {
        var (certificate, key) = SelfSigned.OwnAuthority("redis", new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return (InOneLine(certificate), InOneLine(key));
    }

    private static string InOneLine(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem + "\n"));
}
