using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>Who the person at the keyboard is, behind sudo too, and their public keys.</summary>
internal static class OwnKeys
{
    public static string LoginName => LoginOf(ConnectionOptions.SudoUser is { Length: > 0 } user ? user : Environment.UserName);

    /// <param name="name">Empty for a number without a name in /etc/passwd, as the agent's is in its container.</param>
    internal static string LoginOf(string name) =>
        name.Length is > 0 and <= 32 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') && !char.IsAsciiDigit(name[0]) ? name : "root";

    /// <param name="files">Given ones must exist; without any, what is in ~/.ssh is taken.</param>
    public static string[] Read(string[] files)
    {
        var accounts = files.Length > 0;
        files = [.. files.Where(file => AccountIn(file) is null)];
        if (files.FirstOrDefault(f => !File.Exists(f)) is { } missing)
            throw new UserErrorException($"--ssh-key {missing}: the file does not exist.", "Set a file with public keys, such as ~/.ssh/id_ed25519.pub.", ExitCodes.Usage);

        var found = accounts ? files : Default();
        return [.. found.SelectMany(File.ReadLines).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#' && !l.Contains("PRIVATE KEY", StringComparison.Ordinal)).Distinct()];
    }

    /// <summary>Those of accounts, <c>github:mo</c>, which the agent asks for.</summary>
    public static async Task<string[]> FetchAsync(AgentClient client, string[] given, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        foreach (var (from, account) in given.Select(AccountIn).OfType<(string, string)>())
        {
            var fetched = await client.PostAsync<JsonElement[]>("keys/fetch", new JsonObject { ["from"] = from, ["account"] = account }, cancellationToken);
            keys.AddRange(fetched.Select(key => key.GetProperty("key").GetString()!));
        }

        return [.. keys];
    }

    private static (string From, string Account)? AccountIn(string text) =>
        text.Split(':', 2) is [("github" or "gitlab" or "codeberg") and var from, { Length: > 0 } account] ? (from, account) : null;

    private static string[] Default()
    {
        var folder = Path.Combine(Home(), ".ssh");
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "id_*.pub") : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Home()
    {
        var user = ConnectionOptions.SudoUser;
        var line = user is { Length: > 0 } && File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd").FirstOrDefault(l => l.StartsWith(user + ":", StringComparison.Ordinal))
            : null;
        return line?.Split(':') is [_, _, _, _, _, var home, ..] ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
    }
}
