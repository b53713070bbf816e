using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Docker.DotNet.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// One open response of the events endpoint: JSON values one after another, with or without line ends between them. The library's
/// own reading ends at the first event with an odd field, and does not tell when the subscription stands.
/// </summary>
internal sealed partial class EngineEvents(DockerEndpoint endpoint, Stream stream) : IEngineEvents
{
    public void Dispose() => stream.Dispose();

    public async IAsyncEnumerable<Message> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var values = JsonSerializer
            .DeserializeAsyncEnumerable(stream, EventJson.Default.JsonElement, topLevelValues: true, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await values.MoveNextAsync())
                    yield break;
            }
            catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new EngineAwayException(endpoint, exception is JsonException ? "it sends events that are not valid JSON" : "it closed the event stream", exception);
            }

            if (Read(values.Current) is { } message)
                yield return message;
        }
    }

    /// <returns>Null for what is no event.</returns>
    private static Message? Read(JsonElement value) =>
        Text(value, "Type") is { } type && Text(value, "Action") is { } action
            ? new Message { Type = type, Action = action, Actor = ReadActor(value), TimeNano = Number(value, "timeNano") }
            : null;

    private static Actor ReadActor(JsonElement value)
    {
        var actor = new Actor { Attributes = new Dictionary<string, string>() };
        if (Member(value, "Actor") is not { } given)
            return actor;
        actor.ID = Text(given, "ID") ?? "";
        if (Member(given, "Attributes") is { ValueKind: JsonValueKind.Object } attributes)
        {
            foreach (var attribute in attributes.EnumerateObject().Where(attribute => attribute.Value.ValueKind == JsonValueKind.String))
                actor.Attributes[attribute.Name] = attribute.Value.GetString()!;
        }

        return actor;
    }

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static long? Number(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

    [JsonSerializable(typeof(JsonElement))]
    private sealed partial class EventJson : JsonSerializerContext;
}
