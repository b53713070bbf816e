namespace HomeCloud.Dns.Telemetry.Http;

/// <param name="Status">HTTP status code with its reason, for instance <c>200 OK</c>.</param>
/// <param name="ContentType">Media type of <paramref name="Body"/>.</param>
/// <param name="Body">Text, sent as UTF-8.</param>
internal readonly record struct HttpAnswer(string Status, string ContentType, string Body)
{
    public static HttpAnswer NotFound { get; } = Plain("404 Not Found", "There are /metrics, /health/live and /health/ready.\n");

    public static HttpAnswer Plain(string status, string body) => new(status, "text/plain; charset=utf-8", body);
}
