using System.Buffers;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>Shows, adds and removes records while the server runs: for <c>records ls|add|rm</c> over the control socket, and for the page.</summary>
public sealed class RecordsDesk
{
    private const uint DefaultTtl = 60;

    private readonly UpdateDesk _desk;

    internal RecordsDesk(UpdateDesk desk) => _desk = desk;

    /// <summary>All that updates and people have changed, in order of names and types.</summary>
    public IReadOnlyList<RecordLine> Read()
    {
        var lines = new List<RecordLine>();
        foreach (var (key, set) in _desk.Records.Sets.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Type))
        {
            var type = RecordGrammar.TypeText(key.Type);
            if (set.Count == 0)
                lines.Add(new RecordLine(key.Name, 0, type, "", IsDeleted: true));
            foreach (var record in set)
                lines.Add(new RecordLine(key.Name, record.Ttl, type, RecordDataText.Format(key.Type, record.Data), IsDeleted: false));
        }

        return lines;
    }

    /// <param name="line">NAME [TTL] TYPE DATA, as a zone file has it, with a whole name.</param>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Add(string line)
    {
        var words = new List<TextToken>();
        if (new MasterFileLexer(line.TrimStart()).ReadEntry(words, out _) is { } wrong)
            return wrong;
        if (words.Count < 3 || DnsName.ParseFolded(words[0].Raw) is not { } name)
            return "write NAME [TTL] TYPE DATA, with a whole name (example: _acme-challenge.nas.home TXT token)";
        var hasTtl = TokenText.TryReadSeconds(words[1].Raw, out var ttl);
        var at = hasTtl ? 2 : 1;
        if (!RecordGrammar.TryParseType(words[at].Raw, out var type))
            return "that is not a type: write its name, or TYPE and its number";
        var data = new ArrayBufferWriter<byte>();
        return RecordDataParser.TryParse(type, CollectionsMarshal.AsSpan(words)[(at + 1)..], null, data, out _)
            ?? _desk.Add(new UpdateRecord(name, type, RecordClass.Internet, hasTtl ? ttl : DefaultTtl, data.WrittenSpan.ToArray()));
    }

    /// <summary>Forgets all that was changed at a name: what zone files say of it counts again.</summary>
    /// <param name="name">A whole name.</param>
    /// <param name="problem">Null, or what is wrong: then nothing has changed.</param>
    /// <returns>How many RRsets there were.</returns>
    public int Remove(string name, out Phrase? problem)
    {
        if (DnsName.ParseFolded(name) is { } folded)
            return _desk.Forget(folded, out problem);
        problem = $"'{name}' is not a valid domain name";
        return 0;
    }

    /// <param name="request">What is asked.</param>
    /// <param name="answer">Receives the lines, the first one included.</param>
    internal void Answer(ControlRequest request, StringWriter answer)
    {
        if (request.Verb == ControlRequest.RecordsRemove)
        {
            var count = _desk.Forget(request.Name!, out var why);
            answer.WriteLine(why is null ? $"ok\n{count} RRsets removed" : $"error: {why}");
            return;
        }

        if (request.Record is { } line)
        {
            answer.WriteLine(Add(line) is { } problem ? $"error: {problem}" : "ok\nadded");
            return;
        }

        answer.WriteLine("ok");
        foreach (var record in Read())
            answer.WriteLine(record.IsDeleted ? $"{record.Name} {record.Type} ; deleted" : $"{record.Name} {record.Ttl} {record.Type} {record.Data}");
    }
}

/// <param name="Name">Whole, with its final dot.</param>
/// <param name="Ttl">In seconds.</param>
/// <param name="Type">As text.</param>
/// <param name="Data">As a zone file has it.</param>
/// <param name="IsDeleted">An update has deleted what a zone file has of this name and type; there is no data.</param>
public sealed record RecordLine(string Name, uint Ttl, string Type, string Data, bool IsDeleted);
