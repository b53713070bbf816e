using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// The library reads an answer whole or not at all: one field of an unexpected type, and a container, or with a listing all
/// of them, cannot be read. Where that happens the same question is asked once more, its answer kept, and read again
/// without each field that the library stumbles over. An answer that can be read costs nothing here.
/// </summary>
internal sealed partial class OddFields(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MostOddFields = 64;

    private static readonly AsyncLocal<Answer?> Current = new();

    public static async Task<T> ReadAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (IsAboutJson(exception))
        {
            var answer = new Answer();
            Current.Value = answer;
            while (true)
            {
                try
                {
                    return await ask();
                }
                catch (Exception again) when (IsAboutJson(again) && answer.LeaveOut(again))
                {
                }
            }
        }
    }

    /// <summary>The library's converter of times throws the second one at what is neither a number nor a text, and does not say where.</summary>
    public static bool IsAboutJson(Exception exception) => exception is JsonException or NotImplementedException;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Current.Value is not { } answer || request.Method != HttpMethod.Get)
            return await base.SendAsync(request, cancellationToken);
        if (answer.Body is null)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                return response;
            using (response)
                answer.Body = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(answer.Body?.ToJsonString() ?? "null"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }

    /// <summary>One step of a path as <see cref="JsonException.Path"/> writes it: <c>.name</c>, <c>['a name']</c> or <c>[3]</c>.</summary>
    [GeneratedRegex(@"\G(?:\.(?<name>[^.\[]+)|\['(?<name>.*?)'\](?=[.\[]|$)|\[(?<index>\d+)\])", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Step { get; }

    private sealed class Answer
    {
        private int _left = MostOddFields;

        public JsonNode? Body { get; set; }

        /// <returns>False when that does not help.</returns>
        public bool LeaveOut(Exception exception) =>
            _left-- > 0 && ((exception as JsonException)?.Path is { } path ? Remove(path) : RemoveOddTimes(Body));

        private bool Remove(string path)
        {
            var (node, parent, last) = (Body, (JsonNode?)null, (Match?)null);
            for (var step = Step.Match(path, Math.Min(1, path.Length)); step.Success && node is not null; step = Step.Match(path, step.Index + step.Length))
            {
                (parent, last) = (node, step);
                node = (node, step.Groups["index"]) switch
                {
                    (JsonArray array, { Success: true } index) when int.Parse(index.Value, CultureInfo.InvariantCulture) is var at && at < array.Count => array[at],
                    (JsonObject map, { Success: false }) => map[step.Groups["name"].Value],
                    _ => null,
                };
            }

            switch (parent)
            {
                case JsonArray array when last!.Groups["index"].Success:
                    array.RemoveAt(int.Parse(last.Groups["index"].Value, CultureInfo.InvariantCulture));
                    return true;
                case JsonObject map:
                    return map.Remove(last!.Groups["name"].Value);
                default:
                    return false;
            }
        }

        private static bool RemoveOddTimes(JsonNode? node) => node switch
        {
            JsonArray array => array.Aggregate(false, (removed, item) => RemoveOddTimes(item) | removed),
            JsonObject map => (map["Created"] is { } time && time.GetValueKind() is not (JsonValueKind.Number or JsonValueKind.String) && map.Remove("Created"))
                | map.Aggregate(false, (removed, item) => RemoveOddTimes(item.Value) | removed),
            _ => false,
        };
    }
}
