using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HomeCloud.Registry.Storage;

/// <summary>Lays a snapshot out for people: the frame by hand, each owner and each record on a line of its own, in a stable order.</summary>
internal static class SnapshotText
{
    public static void Write(Stream stream, StoredSnapshot stored)
    {
        var snapshot = stored.Snapshot;
        Text(stream, string.Create(
            CultureInfo.InvariantCulture,
            $"{{\n  \"schema\": {SnapshotDocument.CurrentSchema},\n  \"revision\": {snapshot.Revision},\n"));
        if (stored.Origin is { } origin)
        {
            Text(stream, "  \"origin\": ");
            JsonSerializer.Serialize(stream, origin, RecordJson.Readable.SnapshotOrigin);
            Text(stream, ",\n");
        }

        Text(stream, "  \"owners\": [");
        var separator = "\n    ";
        foreach (var owner in snapshot.Owners.Values.OrderBy(owner => owner.Owner, StringComparer.Ordinal))
        {
            Text(stream, separator);
            var document = new OwnerDocument { Owner = owner.Owner, Alive = owner.Alive, Since = owner.Since, SeenDead = owner.SeenDead > TimeSpan.Zero ? owner.SeenDead.TotalSeconds : null };
            JsonSerializer.Serialize(stream, document, RecordJson.Readable.OwnerDocument);
            separator = ",\n    ";
        }

        Text(stream, "\n  ],\n  \"records\": [");
        separator = "\n    ";
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = RecordJson.Writer(buffer);
        var records = Ordered(snapshot, out var rented);
        try
        {
            foreach (var record in records)
            {
                Text(stream, separator);
                RecordConverter.Write(writer, record);
                writer.Flush();
                stream.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
                writer.Reset();
                separator = ",\n    ";
            }
        }
        finally
        {
            ArrayPool<NameRecord>.Shared.Return(rented, clearArray: true);
        }

        Text(stream, "\n  ]\n}\n");
    }

    // In an array that is used again: one for each of many thousand names is a large object, and those make the garbage collector walk everything.
    private static ReadOnlySpan<NameRecord> Ordered(RegistrySnapshot snapshot, out NameRecord[] rented)
    {
        rented = ArrayPool<NameRecord>.Shared.Rent(snapshot.Records.Count);
        var count = 0;
        foreach (var (_, record) in snapshot.Records)
            rented[count++] = record;
        var records = rented.AsSpan(0, count);
        records.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name) is not 0 and var byName ? byName : string.CompareOrdinal(left.Owner, right.Owner));
        return records;
    }

    private static void Text(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
