using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Asks the upstreams for the keys of zones. Many answers wait for those of one zone: it is asked once.</summary>
internal sealed class UpstreamKeys(Forwarder forwarder) : IKeySource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, RecordType Type), Task<KeyReply>> _running = [];

    public async ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, CancellationToken cancellation)
    {
        var key = (NameKey.Of(foldedName), type);
        Task<KeyReply> fetching;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out fetching!))
                _running[key] = fetching = RunAsync(key, foldedName, type);
        }

        return await fetching.WaitAsync(cancellation);
    }

    // Not ended when the first who asked gives up: others wait too, and what comes ends in no time of its own.
    private async Task<KeyReply> RunAsync((string, RecordType) key, byte[] name, RecordType type)
    {
        await Task.Yield();
        try
        {
            var question = new CacheQuestion(name, type, RecordClass.Internet, QuestionVariant.DnssecOk | QuestionVariant.CheckingDisabled);
            var result = await forwarder.ResolveAsync(question, CancellationToken.None);
            return new KeyReply(result.Message, question.QuestionEnd, result.Code, result.Options);
        }
        finally
        {
            lock (_lock)
                _running.Remove(key);
        }
    }
}
