using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Docker;

/// <summary>Engines' times: RFC 3339 with up to nine fractional digits, the year 1 for "never", or an empty string. Garbage is "never" too: a container with an odd date is still a container.</summary>
internal sealed class LenientTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }

        return reader.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : default;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));
}
