using System.Text;
using System.Text.Json.Nodes;

namespace HomeCloud.Agent.Web.Health;

/// <summary>Tells a person who does not look at the page.</summary>
public interface INotifier
{
    /// <summary>Never fails: what cannot be sent is logged.</summary>
    /// <param name="title">A few words.</param>
    /// <param name="lines">One fact each.</param>
    Task SendAsync(string title, IReadOnlyList<string> lines);
}

/// <summary>
/// By <c>--notify-ntfy URL</c>: a topic of ntfy (https://docs.ntfy.sh/publish/), text with a title. By <c>--notify-webhook URL</c>:
/// <c>{"title":"…","text":"…","lines":["…"]}</c>; <c>text</c> is what Slack and its like show.
/// </summary>
public sealed partial class Notifier(WebOptions options, HttpMessageHandler handler, ILogger<Notifier> logger) : INotifier, IDisposable
{
    private readonly HttpClient _http = new(handler) { Timeout = TimeSpan.FromSeconds(20) };

    public async Task SendAsync(string title, IReadOnlyList<string> lines)
    {
        var text = string.Join('\n', lines);
        if (options.NotifyNtfy.Length > 0)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.NotifyNtfy) { Content = new StringContent(text, Encoding.UTF8, "text/plain") };
            request.Headers.Add("Title", Encoded(title));
            await SendAsync(request);
        }

        if (options.NotifyWebhook.Length > 0)
        {
            var body = new JsonObject { ["title"] = title, ["text"] = $"{title}\n{text}", ["lines"] = new JsonArray([.. lines.Select(line => (JsonNode?)line)]) };
            using var request = new HttpRequestMessage(HttpMethod.Post, options.NotifyWebhook) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            await SendAsync(request);
        }
    }

    public void Dispose() => _http.Dispose();

    // RFC 2047, which ntfy reads: a header is ASCII.
    private static string Encoded(string title) => Ascii.IsValid(title) ? title : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(title))}?=";

    private async Task SendAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await _http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                LogRefused(request.RequestUri!.Host, (int)response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            LogUnsent(request.RequestUri!.Host, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Health: {Host} refused the notification with status {Status}; check --notify-ntfy and --notify-webhook")]
    private partial void LogRefused(string host, int status);

    [LoggerMessage(LogLevel.Warning, "Health: the notification could not be sent to {Host}: {Reason}")]
    private partial void LogUnsent(string host, string reason);
}
