using System.Globalization;
using System.Text;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Files;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>
/// Where <see cref="UpdatedRecords"/> survive a restart: whole or not at all. A line is <c>NAME TYPE TTL HEX</c> for a record,
/// <c>NAME TYPE -</c> for an RRset that was deleted, <c>serial ZONE NUMBER</c> for a zone's serial.
/// </summary>
internal sealed class UpdatedRecordsFile(string dataDirectory)
{
    private const string Head = "homecloud-dns updates 1";
    private const string Serial = "serial";

    // Of a record: hexadecimal, name, numbers.
    private const int LongestLine = 140_000;

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, "dns-updates");

    /// <exception cref="IOException">The disk is full, or the like: all is as before.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(UpdatedRecords records)
    {
        var text = new StringBuilder().Append(Head).Append('\n');
        foreach (var (zone, serial) in records.Serials.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{Serial} {zone} {serial}\n");
        foreach (var (key, set) in records.Sets.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Type))
        {
            var type = RecordGrammar.TypeText(key.Type);
            if (set.Count == 0)
                text.Append(CultureInfo.InvariantCulture, $"{key.Name} {type} -\n");
            foreach (var record in set)
                text.Append(CultureInfo.InvariantCulture, $"{key.Name} {type} {record.Ttl} {Convert.ToHexStringLower(record.Data)}\n");
        }

        AtomicFile.Write(Path, Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <returns>Nothing when there is no file.</returns>
    /// <exception cref="InvalidDataException">It is not such a file; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public UpdatedRecords Read()
    {
        var sets = new Dictionary<SetKey, IReadOnlyList<FileRecord>>();
        var serials = new Dictionary<string, uint>();
        if (!File.Exists(Path))
            return UpdatedRecords.Empty;
        using var reader = new StreamReader(Path, Encoding.ASCII);
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (line == 1 ? text != Head : text.Length > LongestLine || line > 2 * UpdatedRecords.MaxRecords || !TryRead(text.Split(' '), sets, serials))
                throw new InvalidDataException(line == 1 ? $"its first line is not '{Head}'" : $"line {line} is damaged");
        }

        return new UpdatedRecords(sets, serials);
    }

    private static bool TryRead(string[] words, Dictionary<SetKey, IReadOnlyList<FileRecord>> sets, Dictionary<string, uint> serials)
    {
        if (words is [Serial, var zone, var number])
            return TryReadNumber(number, out var serial) && serials.TryAdd(zone, serial);
        if (words.Length < 3 || DnsName.ParseFolded(words[0]) is not { } owner || !RecordGrammar.TryParseType(words[1], out var type))
            return false;
        var key = new SetKey(DnsName.ToText(owner), type);
        if (words is [_, _, "-"])
            return sets.TryAdd(key, []);
        if (words.Length != 4 || !TryReadNumber(words[2], out var ttl) || !TryReadHex(words[3], out var data) || (RecordGrammar.IsKnown(type) && !RecordDataText.IsValid(type, data)))
            return false;
        var before = sets.GetValueOrDefault(key) ?? [];
        sets[key] = [.. before, UpdateDraft.Record(owner, type, ttl, data)];
        return before.Count < UpdatedRecords.MaxSet;
    }

    private static bool TryReadNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryReadHex(string text, out byte[] data)
    {
        data = new byte[text.Length / 2];
        return Convert.FromHexString(text, data, out var read, out var written) == System.Buffers.OperationStatus.Done && read == text.Length && written == data.Length;
    }
}
