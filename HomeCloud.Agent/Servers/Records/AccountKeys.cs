using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Public ssh keys of an account, as GitHub, GitLab and Codeberg show them to everybody. Asked only when a person wants them.</summary>
public sealed partial class AccountKeys(HttpMessageHandler handler) : IDisposable
{
    private const int MostBytes = 64 << 10;

    private static readonly Dictionary<string, string> Hosts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["github"] = "github.com",
        ["gitlab"] = "gitlab.com",
        ["codeberg"] = "codeberg.org",
    };

    private readonly HttpClient _http = new(handler) { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = MostBytes };

    /// <param name="from"><c>github</c>, <c>gitlab</c> or <c>codeberg</c>.</param>
    /// <param name="account">Its name there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At least one valid key.</returns>
    public async Task<Outcome<IReadOnlyList<string>>> FetchAsync(string? from, string? account, CancellationToken cancellationToken)
    {
        if (from is null || !Hosts.TryGetValue(from, out var host))
            return new ServerProblem(ProblemCode.InvalidRequest, "Keys are fetched from github, gitlab or codeberg.");
        if (account is null || !AccountRule().IsMatch(account))
            return new ServerProblem(ProblemCode.InvalidRequest, "That is not a valid account name.", "Use letters, digits, hyphens, dots and underscores.");

        try
        {
            using var response = await _http.GetAsync($"https://{host}/{account}.keys", cancellationToken);
            if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
                return new ServerProblem(ProblemCode.NotFound, $"There is no account {account} at {host}.", "Check the spelling.");
            response.EnsureSuccessStatusCode();
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            IReadOnlyList<string> keys = [.. text.Split('\n').Select(line => line.Trim()).Where(SshKey.IsValid).DistinctBy(SshKey.Identity).Select(key => Named(key, account, host))];
            return keys.Count > 0 ? Outcomes.Success(keys) : new ServerProblem(ProblemCode.NotFound, $"{account} has no public SSH key at {host}.", "Paste a key instead.");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new ServerProblem(ProblemCode.InvalidRequest, $"{host} cannot be asked: {exception.Message}", "Check the internet connection, or paste a key instead.");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>They come without a comment: a person should know later whose key it is.</summary>
    private static string Named(string key, string account, string host) => key.Split(' ').Length > 2 ? key : $"{key} {account}@{host}";

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex AccountRule();
}
