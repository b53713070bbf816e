using System.Security.Cryptography;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>The settings of compose.yaml. What a file says already stays: only what it lacks is added.</summary>
internal static class EnvironmentFile
{
    private const int PasswordBytes = 24;

    public static string Merge(string existing, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var lines = existing.Length == 0 ? [] : existing.TrimEnd('\n').Split('\n').ToList();
        var set = lines
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2 && parts[1].Trim().Length > 0 && !parts[0].StartsWith('#'))
            .Select(parts => parts[0].Trim())
            .ToHashSet(StringComparer.Ordinal);
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
        if (socketGroup is not null)
            settings.Add(new("DOCKER_GID", socketGroup));
        return settings;
    }
}
