using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Commands;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Cli.Api;

/// <summary>How the agent is reached: the options that every command shares, and their variables.</summary>
internal static class ConnectionOptions
{
    private const string DefaultSocket = "/run/homecloud/agent.sock";

    public static Option<string?> Url { get; } = new("--url")
    {
        Description = "The agent's page, for instance http://cloud.home; without it the Unix socket of this machine is used [HOMECLOUD_URL]",
        Recursive = true,
        HelpName = "URL",
    };

    public static Option<string?> Token { get; } = new("--token")
    {
        Description = "Token, created on the page or with 'homecloud token add' [HOMECLOUD_TOKEN]",
        Recursive = true,
        HelpName = "TOKEN",
    };

    public static Option<string?> Socket { get; } = new("--socket")
    {
        Description = $"The agent's Unix socket, {DefaultSocket} by default [HOMECLOUD_CONTROL_SOCKET]",
        Recursive = true,
        HelpName = "PATH",
    };

    public static Option<string?> Authority { get; } = new("--ca")
    {
        Description = "PEM file with the certificates to trust for an https --url, for example the agent's own web/certificate.pem [HOMECLOUD_CA]",
        Recursive = true,
        HelpName = "FILE",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print JSON as the API returns it",
        Recursive = true,
    };

    /// <summary>Who called sudo; null without it.</summary>
    public static string? SudoUser => Environment.GetEnvironmentVariable("SUDO_USER");

    public static void AddTo(Command root)
    {
        root.Add(Url);
        root.Add(Token);
        root.Add(Socket);
        root.Add(Authority);
        root.Add(Json);
    }

    public static AgentClient Connect(ParseResult parse)
    {
        var url = parse.GetValue(Url) ?? Environment.GetEnvironmentVariable("HOMECLOUD_URL");
        var token = parse.GetValue(Token) ?? Environment.GetEnvironmentVariable("HOMECLOUD_TOKEN");
        if (string.IsNullOrWhiteSpace(url))
            return AgentClient.OverSocket(parse.GetValue(Socket) ?? Environment.GetEnvironmentVariable("HOMECLOUD_CONTROL_SOCKET") ?? DefaultSocket);

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !AddressText.IsWrittenOut(uri))
            throw new UserErrorException($"--url {url} is not a web address.", "Write it as http://cloud.home.", ExitCodes.Usage);

        return AgentClient.OverNetwork(uri, token, Trusted(parse.GetValue(Authority) ?? Environment.GetEnvironmentVariable("HOMECLOUD_CA")));
    }

    private static X509Certificate2Collection? Trusted(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return null;

        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UserErrorException($"--ca {path}: {exception.Message}", "Set a PEM file.", ExitCodes.Usage);
        }

        return all.Count > 0 ? all : throw new UserErrorException($"--ca {path}: the file contains no certificate.", "Set a PEM file.", ExitCodes.Usage);
    }
}
