using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web.Api;

/// <summary>
/// Server-sent events that may be compressed: the first has every server of the home. The framework's own result forbids that by
/// naming an encoding.
/// </summary>
internal sealed class EventStream(IAsyncEnumerable<SseItem<object>> events) : IResult
{
    public const string ContentType = "text/event-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache,no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            await SseFormatter.WriteAsync(
                events,
                response.Body,
                (item, buffer) =>
                {
                    using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = json.Encoder });
                    JsonSerializer.Serialize(writer, item.Data, json.GetTypeInfo(item.Data.GetType()));
                },
                httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The page was closed.
        }
    }
}
