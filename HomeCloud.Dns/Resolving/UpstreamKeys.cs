using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Asks the upstreams for the keys of zones. Many answers wait for those of one zone: it is asked once.</summary>
internal sealed class UpstreamKeys(Forwarder forwarder) : IKeySource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, RecordType Type, Upstream? Last), Task<KeyReply>> _running = [];

    public async ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation)
    {
        var key = (NameKey.Of(foldedName), type, unlike as Upstream);
        Task<KeyReply> fetching;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out fetching!))
                _running[key] = fetching = RunAsync(key, foldedName);
        }

        return await fetching.WaitAsync(cancellation);
    }

    // Not ended when the first who asked gives up: others wait too, and what comes ends in no time of its own.
    private async Task<KeyReply> RunAsync((string Name, RecordType Type, Upstream? Last) key, byte[] name)
    {
        await Task.Yield();
        try
        {
            var question = new CacheQuestion(name, key.Type, RecordClass.Internet, ValidatedForwarding.Asked);
            var result = await forwarder.ResolveAsync(question, forwarder.QueryTimeout, key.Last, CancellationToken.None);
            return new KeyReply(result.Message, question.QuestionEnd, result.Code, result.Options, result.From);
        }
        finally
        {
            lock (_lock)
                _running.Remove(key);
        }
    }
}
