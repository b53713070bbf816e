using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>
/// Finds the addresses behind the name in an <c>https://name/…</c> upstream by asking plain servers directly: the host's
/// own resolver may well be us, and would wait for this very upstream.
/// </summary>
internal sealed class BootstrapLookup(string name, int port, IReadOnlyList<IPEndPoint> servers, TimeProvider time)
{
    private static readonly TimeSpan PerServer = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private volatile Found? _found;

    private sealed record Found(IReadOnlyList<IPEndPoint> EndPoints, long At);

    /// <returns>All of them, both families: which one can be reached only trying tells.</returns>
    /// <exception cref="IOException">No server knew the name.</exception>
    public async ValueTask<IReadOnlyList<IPEndPoint>> LocateAsync(CancellationToken cancellation)
    {
        var known = _found;
        if (known is not null && time.GetElapsedTime(known.At) < Remembered)
            return known.EndPoints;
        foreach (var server in servers)
        {
            var answers = await Task.WhenAll(AskAsync(server, RecordType.A, cancellation), AskAsync(server, RecordType.Aaaa, cancellation));
            var found = Alternate(answers[0], answers[1]);
            if (found.Count == 0)
                continue;
            _found = new Found(found, time.GetTimestamp());
            return found;
        }

        // The last known addresses beat none: servers seldom move while the network is down.
        return known?.EndPoints ?? throw new IOException($"no bootstrap server knows {name}");
    }

    // RFC 8305 §4: one family after the other, so that one that leads nowhere costs one attempt.
    private List<IPEndPoint> Alternate(IReadOnlyList<IPAddress> first, IReadOnlyList<IPAddress> second)
    {
        var endPoints = new List<IPEndPoint>();
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            if (i < first.Count)
                endPoints.Add(new IPEndPoint(first[i], port));
            if (i < second.Count)
                endPoints.Add(new IPEndPoint(second[i], port));
        }

        return endPoints;
    }

    // Without EDNS: nothing here needs it, and some routers drop what has it.
    private async Task<IReadOnlyList<IPAddress>> AskAsync(IPEndPoint server, RecordType type, CancellationToken cancellation)
    {
        var question = new CacheQuestion(FoldedName(), type, RecordClass.Internet, QuestionVariant.None);
        var query = new byte[QueryWriter.MaxSize];
        var length = QueryWriter.Write(query, question, QueryWriter.RandomId(), new QueryShape(Edns: false, UdpSize: 512, MixCase: false, Padded: false));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(PerServer);
        var result = await UdpExchange.RunAsync(server, query.AsMemory(0, length), exactCase: false, timeout.Token);
        return result.Status == ExchangeStatus.Answered ? Addresses(result.Message, question) : [];
    }

    private byte[] FoldedName()
    {
        var folded = DnsName.Parse(name);
        DnsName.Fold(folded);
        return folded;
    }

    private static List<IPAddress> Addresses(byte[]? reply, CacheQuestion question)
    {
        var addresses = new List<IPAddress>();
        var inspected = ResponseInspector.Inspect(reply, question, RebindPolicy.Off);
        if (inspected.Verdict != ResponseVerdict.Usable)
            return addresses;
        var reader = new MessageReader(inspected.Message, question.QuestionEnd);
        for (var i = 0; i < MessageHeader.AnswerCount(inspected.Message) && reader.TryReadRecord(out var record); i++)
        {
            if (record.Type == question.Type)
                addresses.Add(new IPAddress(inspected.Message.AsSpan(record.DataOffset, record.DataLength)));
        }

        return addresses;
    }
}
