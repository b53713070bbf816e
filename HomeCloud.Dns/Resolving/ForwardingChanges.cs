using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving;

/// <summary>Forgets what was answered by servers that are no longer asked: after a reload, and when the host's resolv.conf names others.</summary>
internal sealed partial class ForwardingChanges : IDisposable
{
    private readonly AnswerCache _cache;
    private readonly Forwarder _forwarder;
    private readonly ILogger _log;

    public ForwardingChanges(AnswerCache cache, Forwarder forwarder, ILogger<ForwardingChanges> log)
    {
        _cache = cache;
        _forwarder = forwarder;
        _log = log;
        forwarder.Replaced += Forget;
    }

    public void Dispose() => _forwarder.Replaced -= Forget;

    private void Forget(ForwardTable before, ForwardTable after)
    {
        var forgotten = _cache.Flush(response => !IsStillTrue(response, before, after));
        if (forgotten > 0)
            LogForgotten(forgotten);
    }

    // An alias may have led to a name that another upstream is asked for.
    private static bool IsStillTrue(CachedResponse response, ForwardTable before, ForwardTable after)
    {
        if (!after.AgreesWith(before, response.Name))
            return false;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var records = new MessageReader(response.Message, response.QuestionEnd);
        for (var i = 0; i < MessageHeader.AnswerCount(response.Message) && records.TryReadRecord(out var record); i++)
        {
            var owner = new MessageReader(response.Message, record.NameOffset);
            if (!owner.TryReadName(name, out var length))
                return false;
            DnsName.Fold(name[..length]);
            if (!after.AgreesWith(before, name[..length]))
                return false;
        }

        return true;
    }

    [LoggerMessage(LogLevel.Information, "Cache: removed {Count} answers of servers that are no longer asked for those names.")]
    private partial void LogForgotten(int count);
}
