using System.Collections.Concurrent;
using System.Net;

namespace HomeCloud.Tests.Dns.Telemetry.Otlp;

/// <summary>A collector that takes OTLP over HTTP and remembers the newest value of each metric.</summary>
internal sealed class OtlpCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtlpCollector(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>By name: the sum over all series, or how many were observed for a histogram.</summary>
    public ConcurrentDictionary<string, double> Values { get; } = new();

    public ConcurrentDictionary<string, string> Resource { get; } = new();

    public ConcurrentQueue<string> Refused { get; } = new();

    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var right = context.Request is { HttpMethod: "POST", Url.AbsolutePath: "/v1/metrics", ContentType: "application/x-protobuf" };
            if (right)
                Read(body.ToArray());
            else
                Refused.Enqueue($"{context.Request.HttpMethod} {context.Request.Url} {context.Request.ContentType}");
            context.Response.StatusCode = right ? 200 : 404;
            context.Response.Close();
        }
    }

    /// <summary>ExportMetricsServiceRequest of opentelemetry-proto: the numbers are its fields'.</summary>
    private void Read(byte[] request)
    {
        foreach (var resourceMetrics in ProtobufField.Read(request).Where(field => field.Number == 1))
        {
            foreach (var attribute in resourceMetrics.Inside(1).Where(field => field.Number == 1))
                Resource[attribute.Inside().First(field => field.Number == 1).Text] = attribute.Inside(2).FirstOrDefault(field => field.Number == 1)?.Text ?? "";
            foreach (var metric in resourceMetrics.Inside().Where(field => field.Number == 2).SelectMany(scope => scope.Inside().Where(field => field.Number == 2)))
            {
                // Gauge 5, sum 7, histogram 9: each has data points in field 1, with a value in 4 or 6, or a count in 4.
                var points = metric.Inside().Where(field => field.Number is 5 or 7 or 9).SelectMany(data => data.Inside().Where(field => field.Number == 1).Select(point => (Kind: data.Number, Point: point)));
                Values[metric.Inside().First(field => field.Number == 1).Text] = points.Sum(point => Value(point.Kind, point.Point));
            }
        }
    }

    private static double Value(int kind, ProtobufField point) =>
        point.Inside().FirstOrDefault(field => field.Number == 4 || (field.Number == 6 && kind != 9)) is not { } value ? 0
        : value.Number == 4 && kind != 9 ? BitConverter.UInt64BitsToDouble(value.Fixed) : value.Fixed;
}
