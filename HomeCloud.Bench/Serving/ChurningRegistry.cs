using System.Net;
using HomeCloud.Registry;
using HomeCloud.Registry.Feed;

namespace HomeCloud.Bench.Serving;

/// <summary>A registry in which names come, move and go, so many times a second. They are others than those asked for.</summary>
internal sealed class ChurningRegistry(int changesPerSecond) : IRegistryReader, IDisposable
{
    private const int Names = 500;
    private const string Owner = "churn";

    private readonly RegistryFeed _feed = new(RegistrySnapshot.Empty);
    private Timer? _timer;
    private int _step;

    public RegistrySnapshot Current => _feed.Current;

    public RegistryHealth Health { get; } = new(true, DateTimeOffset.UnixEpoch, "churn");

    public IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default) => _feed.WatchAsync(cancellationToken);

    public void Start()
    {
        if (changesPerSecond > 0)
            _timer = new Timer(_ => Change(), null, 1000 / changesPerSecond, 1000 / changesPerSecond);
    }

    public void Dispose() => _timer?.Dispose();

    private void Change()
    {
        var step = Interlocked.Increment(ref _step);
        var name = $"moving{step % Names:D4}";
        var key = new RecordKey(Owner, name);
        lock (_feed)
        {
            var before = _feed.Current;
            var change = step % 3 == 0 && before.Records.ContainsKey(key)
                ? RecordChange.Remove(key)
                : RecordChange.Put(new NameRecord { Name = name, Owner = Owner, Addresses = [new IPAddress([10, 200, (byte)(step >> 8), (byte)step])], Since = DateTimeOffset.UnixEpoch });
            var records = change.Record is { } record ? before.Records.SetItem(key, record) : before.Records.Remove(key);
            _feed.Publish(new RegistryUpdate(before with { Revision = before.Revision + 1, Records = records }, [change]));
        }
    }
}
