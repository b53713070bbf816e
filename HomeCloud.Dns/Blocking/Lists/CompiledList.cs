using System.Runtime.InteropServices;
using System.Text;
using HomeCloud.Net.Files;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// A list as it is kept in the data directory: where it came from, and its <see cref="BlockTable"/>, ready to be used. What a
/// crash, a full disk or another version left there is not believed.
/// </summary>
internal static class CompiledList
{
    private const uint Magic = 0x4C42_4348;
    private const ushort Version = 1;

    /// <summary>Written without a rest.</summary>
    private const int OctetsAtOnce = 1 << 16;

    /// <exception cref="IOException">The disk is full, or the directory cannot be written; the old copy is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    /// <param name="pace">Of the work; null when there is nobody who must not wait.</param>
    public static void Write(string path, LoadedList list, Pace? pace = null) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(list.Source);
        writer.Write(list.ETag);
        writer.Write(list.LastModified);
        writer.Write(list.Fetched.ToUnixTimeMilliseconds());
        writer.Write(list.Digest);
        writer.Write(list.Table.Count);
        pace?.Rest();
        writer.Write(BlockHash.Compute(list.Table.Octets, 0));
        for (var octets = list.Table.Octets; !octets.IsEmpty; octets = octets[Math.Min(OctetsAtOnce, octets.Length)..])
        {
            pace?.Rest();
            writer.Write(octets[..Math.Min(OctetsAtOnce, octets.Length)]);
        }
    });

    /// <returns>Null when there is none, or none that is whole and of this source.</returns>
    public static LoadedList? TryRead(string path, string name, string source)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var reader = new BinaryReader(stream, Encoding.UTF8);
            if (reader.ReadUInt32() != Magic || reader.ReadUInt16() != Version || reader.ReadString() != source)
                return null;
            var (etag, modified) = (reader.ReadString(), reader.ReadString());
            var fetched = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
            var digest = reader.ReadUInt64();
            var count = reader.ReadInt32();
            var check = reader.ReadUInt64();
            if (count is < 0 or > ListReader.MaxNames || stream.Length - stream.Position != count * 8L)
                return null;
            var entries = new ulong[count];
            var octets = MemoryMarshal.AsBytes(entries.AsSpan());
            stream.ReadExactly(octets);
            return BlockHash.Compute(octets, 0) == check && BlockTable.FromSorted(entries) is { } table
                ? new LoadedList(name, source, table, digest, fetched, etag, modified, new BlockCounter(name))
                : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            // The list is read from its source again.
            return null;
        }
    }
}
