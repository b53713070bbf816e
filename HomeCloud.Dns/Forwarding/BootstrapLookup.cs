using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>
/// Finds the address behind the name in an <c>https://name/…</c> upstream by asking plain servers directly: the host's
/// own resolver may well be us, and would wait for this very upstream.
/// </summary>
internal sealed class BootstrapLookup(string name, int port, IReadOnlyList<IPEndPoint> servers, TimeProvider time)
{
    private static readonly TimeSpan PerServer = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private static readonly RecordType[] Types = [RecordType.A, RecordType.Aaaa];

    private volatile Found? _found;

    private sealed record Found(IPEndPoint EndPoint, long At);

    /// <exception cref="IOException">No server knew the name.</exception>
    public async ValueTask<IPEndPoint> LocateAsync(CancellationToken cancellation)
    {
        var known = _found;
        if (known is not null && time.GetElapsedTime(known.At) < Kept) return known.EndPoint;
        foreach (var type in Types)
        {
            foreach (var server in servers)
            {
                if (await AskAsync(server, type, cancellation) is not { } address) continue;
                var found = new IPEndPoint(address, port);
                _found = new Found(found, time.GetTimestamp());
                return found;
            }
        }

        // The last known address beats none: servers seldom move while the network is down.
        return known?.EndPoint ?? throw new IOException($"no bootstrap server knows {name}");
    }

    private async ValueTask<IPAddress?> AskAsync(IPEndPoint server, RecordType type, CancellationToken cancellation)
    {
        var question = new CacheQuestion(FoldedName(), type, RecordClass.Internet, QuestionVariant.None);
        var query = new byte[QueryWriter.MaxSize];
        var length = QueryWriter.Write(query, question, QueryWriter.RandomId(), new QueryShape(Edns: true, UdpSize: 1232, MixCase: false, Padded: false));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(PerServer);
        var result = await UdpExchange.RunAsync(server, query.AsMemory(0, length), exactCase: false, timeout.Token);
        return result.Status == ExchangeStatus.Answered ? FirstAddress(result.Message, question) : null;
    }

    private byte[] FoldedName()
    {
        var folded = DnsName.Parse(name);
        DnsName.Fold(folded);
        return folded;
    }

    private static IPAddress? FirstAddress(byte[]? reply, CacheQuestion question)
    {
        var inspected = ResponseInspector.Inspect(reply, question, RebindPolicy.Off);
        if (inspected.Verdict != ResponseVerdict.Usable) return null;
        var reader = new MessageReader(inspected.Message, question.QuestionEnd);
        for (var i = 0; i < MessageHeader.AnswerCount(inspected.Message); i++)
        {
            if (!reader.TryReadRecord(out var record)) return null;
            if (record.Type == question.Type && record.DataLength is 4 or 16) return new IPAddress(inspected.Message.AsSpan(record.DataOffset, record.DataLength));
        }

        return null;
    }
}
