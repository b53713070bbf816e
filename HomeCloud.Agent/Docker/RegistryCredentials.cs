using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// What <c>docker login</c> wrote for a registry: in config.json itself, or through one of Docker's credential helpers.
/// Read at each pull, so that a login counts at once.
/// </summary>
/// <param name="file">Docker's config.json; null for that of the user the agent runs as (DOCKER_CONFIG, else ~/.docker).</param>
public sealed class RegistryCredentials(string? file = null)
{
    /// <summary>Docker Hub's key, unlike every other registry's.</summary>
    private const string Hub = "https://index.docker.io/v1/";
    private const string TokenUser = "<token>";
    private static readonly TimeSpan HelperPatience = TimeSpan.FromSeconds(10);

    public string File { get; } = file ?? DockerConfig.Instance.FullName;

    /// <returns>Null when nobody logged in there.</returns>
    /// <exception cref="RegistryLoginException">There are credentials, and they cannot be read.</exception>
    public async Task<AuthConfig?> FindAsync(string image, CancellationToken cancellationToken)
    {
        var registry = RegistryOf(image);
        try
        {
            if (!System.IO.File.Exists(File))
                return null;
            using var config = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File, cancellationToken));
            var root = config.RootElement;
            return HelperFor(root, registry) is { } helper ? await AskAsync(helper, registry, cancellationToken) : Plain(root, registry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            throw new RegistryLoginException($"The login for {registry} in {File} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The first part of an image's name is a registry when it looks like a host: with a dot, a port, or localhost.</summary>
    internal static string RegistryOf(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        return first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost"
            ? first is "docker.io" or "index.docker.io" or "registry-1.docker.io" ? Hub : first
            : Hub;
    }

    private static string? HelperFor(JsonElement root, string registry)
    {
        if (root.TryGetProperty("credHelpers", out var helpers) && Entry(helpers, registry)?.GetString() is { Length: > 0 } named)
            return named;
        return root.TryGetProperty("credsStore", out var store) ? store.GetString() : null;
    }

    /// <summary>Keys are written with and without scheme and path.</summary>
    private static JsonElement? Entry(JsonElement map, string registry)
    {
        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Name == registry || HostOf(entry.Name) == HostOf(registry))
                return entry.Value;
        }

        return null;
    }

    private static string HostOf(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? key : key[(scheme + 3)..]).Split('/')[0];
    }

    private static AuthConfig? Plain(JsonElement root, string registry)
    {
        if (!root.TryGetProperty("auths", out var auths) || Entry(auths, registry) is not { } entry)
            return null;
        var auth = new AuthConfig { ServerAddress = registry, IdentityToken = Text(entry, "identitytoken"), RegistryToken = Text(entry, "registrytoken") };
        if (Text(entry, "auth") is { Length: > 0 } both)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(both)).Split(':', 2);
            (auth.Username, auth.Password) = (pair[0], pair is [_, var password] ? password.TrimEnd('\0') : "");
        }

        return auth.Username is null && auth.IdentityToken is null && auth.RegistryToken is null ? null : auth;
    }

    /// <summary>Docker's protocol for helpers: <c>docker-credential-NAME get</c>, the registry on its input, JSON on its output.</summary>
    private static async Task<AuthConfig?> AskAsync(string helper, string registry, CancellationToken cancellationToken)
    {
        if (!helper.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new FormatException($"'{helper}' is not a valid credential helper name");
        var start = new ProcessStartInfo($"docker-credential-{helper}", ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(HelperPatience);
        try
        {
            await process.StandardInput.WriteAsync(registry);
            process.StandardInput.Close();
            var complaint = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);

            // A helper without an entry says so on its output and fails.
            if (process.ExitCode != 0)
                return output.Contains("not found", StringComparison.OrdinalIgnoreCase) ? null : throw new IOException($"docker-credential-{helper} failed: {(output + await complaint).Trim()}");
            using var json = JsonDocument.Parse(output);
            var (user, secret) = (Text(json.RootElement, "Username"), Text(json.RootElement, "Secret"));
            return user == TokenUser
                ? new AuthConfig { ServerAddress = registry, IdentityToken = secret }
                : new AuthConfig { ServerAddress = registry, Username = user, Password = secret };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"docker-credential-{helper} did not answer within {HelperPatience.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}

/// <summary>There are credentials for a registry, and they cannot be read; the message names the file.</summary>
public sealed class RegistryLoginException(string message, Exception innerException) : Exception(message, innerException);
