using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Registry.Storage;

/// <summary>One record to JSON and back. Equal records give equal bytes, which is how Redis tells whether one changed.</summary>
internal static class RecordJson
{
    // Without the escapes that only HTML needs, so that a person reads it's as written.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RegistryJson Readable { get; } = new(new JsonSerializerOptions(RegistryJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write(NameRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        RecordConverter.Write(writer, record);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A writer for many records, each after a <see cref="Utf8JsonWriter.Reset(IBufferWriter{byte})"/>.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> buffer) => new(buffer, WriterOptions);

    /// <summary>Null when the text is no valid record; <paramref name="problem"/> then says why.</summary>
    public static NameRecord? Read(ReadOnlySpan<byte> json, out string? problem)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var document = RecordConverter.Read(ref reader);
            if (reader.Read())
                throw new JsonException("Unexpected data after the record.");
            problem = document.Problem;
            return document.Record;
        }
        catch (JsonException exception)
        {
            problem = exception.Message;
            return null;
        }
    }
}

/// <summary>The JSON of files and of Redis, generated at build time so that it needs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(SnapshotDocument))]
[JsonSerializable(typeof(RecordDocument))]
[JsonSerializable(typeof(RecordDocument[]))]
[JsonSerializable(typeof(OwnerDocument))]
[JsonSerializable(typeof(SnapshotOrigin))]
internal sealed partial class RegistryJson : JsonSerializerContext;
