using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Hosting;

/// <summary>Shows and changes records of the DNS server of this process.</summary>
internal sealed class DnsRecordsSource(RecordsDesk desk) : IDnsRecords
{
    public IReadOnlyList<KeptRecordView> Read() => [.. desk.Read().Select(line => new KeptRecordView(line.Name, line.Ttl, line.Type, line.Data, line.IsDeleted))];

    public Phrase? Add(NewRecord record)
    {
        // Each is one word, or a line break would begin another record.
        if (Word(record.Name) is not { } name)
            return "a record needs a whole name without spaces (example: nas.home)";
        if (Word(record.Type) is not { } type)
            return "a record needs a type (example: TXT)";
        if (string.IsNullOrWhiteSpace(record.Data) || record.Data.AsSpan().ContainsAny('\r', '\n'))
            return "a record needs data in one line, as a zone file has it (example: 10 mail.home.)";
        return desk.Add($"{name} {record.Ttl} {type} {record.Data}");
    }

    public int Remove(string name, out Phrase? problem) => desk.Remove(name, out problem);

    private static string? Word(string? text) => text?.Trim() is { Length: > 0 } word && !word.Any(letter => char.IsWhiteSpace(letter) || letter is '(' or ')' or ';' or '"') ? word : null;
}
