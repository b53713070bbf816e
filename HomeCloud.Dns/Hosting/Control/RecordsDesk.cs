using System.Buffers;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>Answers what <c>records ls|add|rm</c> asks over the control socket.</summary>
internal static class RecordsDesk
{
    private const uint DefaultTtl = 60;
    private const string Off = "no updates are taken: set --update-keys";

    /// <param name="desk">Null: no updates are taken.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="answer">Receives the lines, the first one included.</param>
    public static void Answer(UpdateDesk? desk, ControlRequest request, StringWriter answer)
    {
        if (desk is null)
        {
            answer.WriteLine($"error: {Off}");
            return;
        }

        if (request.Verb == ControlRequest.RecordsRemove)
        {
            var count = desk.Forget(request.Name!, out var why);
            answer.WriteLine(why is null ? $"ok\n{count} RRsets removed" : $"error: {why}");
            return;
        }

        if (request.Record is { } line)
        {
            answer.WriteLine(Add(desk, line) is { } problem ? $"error: {problem}" : "ok\nadded");
            return;
        }

        answer.WriteLine("ok");
        foreach (var (key, set) in desk.Records.Sets.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Type))
        {
            var type = RecordGrammar.TypeText(key.Type);
            if (set.Count == 0)
                answer.WriteLine($"{key.Name} {type} ; deleted");
            foreach (var record in set)
                answer.WriteLine($"{key.Name} {record.Ttl} {type} {RecordDataText.Format(key.Type, record.Data)}");
        }
    }

    private static string? Add(UpdateDesk desk, string line)
    {
        var words = new List<TextToken>();
        if (new MasterFileLexer(line.TrimStart()).ReadEntry(words, out _) is { } wrong)
            return wrong;
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        if (words.Count < 3 || !DnsName.TryParse(words[0].Raw, wire, out var length))
            return "write NAME [TTL] TYPE DATA, with a whole name (example: _acme-challenge.nas.home TXT token)";
        var name = wire[..length].ToArray();
        DnsName.Fold(name);
        var hasTtl = TokenText.TryReadSeconds(words[1].Raw, out var ttl);
        var at = hasTtl ? 2 : 1;
        if (!RecordGrammar.TryParseType(words[at].Raw, out var type))
            return "that is not a type: write its name, or TYPE and its number";
        var data = new ArrayBufferWriter<byte>();
        return RecordDataParser.TryParse(type, CollectionsMarshal.AsSpan(words)[(at + 1)..], null, data, out _)
            ?? desk.Add(new UpdateRecord(name, type, RecordClass.Internet, hasTtl ? ttl : DefaultTtl, data.WrittenSpan.ToArray()));
    }
}
