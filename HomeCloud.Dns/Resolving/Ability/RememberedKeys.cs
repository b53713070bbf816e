using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving.Ability;

/// <summary>The keys that one upstream answers with, asked for once.</summary>
/// <param name="ask">Asks that upstream.</param>
internal sealed class RememberedKeys(Func<CacheQuestion, Task<UpstreamReply>> ask) : IKeySource
{
    /// <summary>The root's keys have one signature, or two in a rollover.</summary>
    private const int MaxTimes = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, RecordType Type), Task<UpstreamReply>> _replies = [];

    public async ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation)
    {
        var question = new CacheQuestion(foldedName, type, RecordClass.Internet, ValidatedForwarding.Asked);
        Task<UpstreamReply> asking;
        lock (_lock)
        {
            if (!_replies.TryGetValue((NameKey.Of(foldedName), type), out asking!))
                _replies[(NameKey.Of(foldedName), type)] = asking = ask(question);
        }

        var reply = await asking;

        // Judging reads it only, so all may have the same octets.
        return reply.IsUsable
            ? new KeyReply(reply.Response.Message, question.QuestionEnd, reply.Response.Code, [], reply.Upstream)
            : new KeyReply([], question.QuestionEnd, ResponseCode.ServerFailure, [], reply.Upstream);
    }

    /// <summary>Times at which the signatures of the root's keys are valid, whatever the clock says; seconds since 1970, modulo 2^32.</summary>
    public async Task<IReadOnlyList<uint>> SignedTimesAsync(CancellationToken cancellation)
    {
        var reply = await FetchAsync(DnsName.Root.ToArray(), RecordType.Dnskey, null, cancellation);
        if (reply.Message.Length == 0 || SignedMessage.Read(reply.Message, reply.QuestionEnd, reply.Code)?.Find(DnsName.Root, RecordType.Dnskey, Section.Answer) is not { } keys)
            return [];
        return [.. keys.Signatures.Take(MaxTimes).Select(signature => signature.Inception + ((signature.Expiration - signature.Inception) / 2))];
    }
}
