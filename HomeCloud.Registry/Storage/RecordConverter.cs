using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Registry.Storage;

/// <summary>
/// A <see cref="NameRecord"/> as JSON, made to be read by a person: what has its default value is left out. By hand, because
/// a reader of 100,000 names is to start in a second. A value that is wrong is a problem of that record alone; only broken
/// JSON throws.
/// </summary>
internal sealed class RecordConverter : JsonConverter<RecordDocument>
{
    public override bool HandleNull => true;

    public override RecordDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, RecordDocument value, JsonSerializerOptions options) => Write(writer, value.Record!);

    public static RecordDocument Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new RecordDocument(null, "A record is not a JSON object.");
        }

        var start = reader;
        try
        {
            var fields = new RecordFields();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                fields.Read(ref reader);
            return fields.ToDocument();
        }
        catch (InvalidOperationException)
        {
            // The reader's word for half a surrogate pair and for octets that are no UTF-8.
            reader = start;
            reader.Skip();
            return new RecordDocument(null, "A record contains text that is not valid Unicode.");
        }
    }

    public static void Write(Utf8JsonWriter writer, NameRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, record.Name);
        writer.WriteString("owner"u8, record.Owner);
        if (!record.Addresses.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("addresses"u8);
            Span<byte> text = stackalloc byte[64];
            foreach (var address in record.Addresses)
            {
                if (address.TryFormat(text, out var written))
                    writer.WriteStringValue(text[..written]);
            }

            writer.WriteEndArray();
        }

        if (record.AliasOf is { } alias)
            writer.WriteString("alias"u8, alias);
        if (record.State != RecordState.Running)
            writer.WriteString("state"u8, record.State == RecordState.Stopped ? "stopped"u8 : "paused"u8);
        // Programs that do not know the field read "paused", and answer with the addresses: the nearest thing that they know.
        if (record.State == RecordState.Asleep)
            writer.WriteBoolean("asleep"u8, true);
        if (record.Since != default)
            writer.WriteString("since"u8, record.Since);
        if (record.Ttl != NameRecord.DefaultTtl)
            writer.WriteNumber("ttl"u8, record.Ttl);
        if (!record.Reverse)
            writer.WriteBoolean("reverse"u8, false);
        if (record.Explanation is { } explanation)
            writer.WriteString("explanation"u8, explanation);
        WriteServices(writer, record);
        WriteAttributes(writer, record);
        writer.WriteEndObject();
    }

    private static void WriteServices(Utf8JsonWriter writer, NameRecord record)
    {
        if (record.Services.IsDefaultOrEmpty)
            return;
        writer.WriteStartArray("services"u8);
        foreach (var service in record.Services)
        {
            writer.WriteStartObject();
            writer.WriteString("service"u8, service.Service);
            writer.WriteString("protocol"u8, service.Protocol);
            writer.WriteNumber("port"u8, service.Port);
            if (service.Priority != 0)
                writer.WriteNumber("priority"u8, service.Priority);
            if (service.Weight != 0)
                writer.WriteNumber("weight"u8, service.Weight);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, NameRecord record)
    {
        if (record.Attributes.IsEmpty)
            return;
        writer.WriteStartObject("attributes"u8);
        foreach (var (key, value) in record.Attributes)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }
}
