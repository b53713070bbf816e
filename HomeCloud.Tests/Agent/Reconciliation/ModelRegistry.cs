using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>A registry in memory that counts, fails and forgets on demand.</summary>
internal sealed class ModelRegistry : IRegistry
{
    private readonly Lock _lock = new();
    private readonly Channel<RegistryUpdate> _updates = Channel.CreateUnbounded<RegistryUpdate>();

    public RegistrySnapshot Current { get; private set; } = RegistrySnapshot.Empty;

    public RegistryHealth Health => new(!Broken, default, "model");

    public bool Broken { get; set; }

    public int Writes { get; private set; }

    public int Renewals { get; private set; }

    /// <summary>Runs before each write.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Every state that readers could see, in order.</summary>
    public List<RegistrySnapshot> Past { get; } = [];

    public NameRecord? this[string name] => Current.Records.Values.FirstOrDefault(record => record.Name == name);

    public async Task<long> ReplaceAsync(string owner, IReadOnlyCollection<NameRecord> records, CancellationToken cancellationToken = default)
    {
        await BeforeWrite();
        return Write(Current.Records.RemoveRange(Current.Records.Keys.Where(key => key.Owner == owner)).SetItems(records.Select(record => KeyValuePair.Create(record.Key, record))));
    }

    public async Task<long> ApplyAsync(string owner, IReadOnlyCollection<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        await BeforeWrite();
        return Write(changes.Aggregate(Current.Records, (records, change) => change.Record is { } record ? records.SetItem(change.Key, record) : records.Remove(change.Key)));
    }

    public Task RenewLeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (Broken)
            throw new RegistryUnavailableException("the model is broken");
        Renewals++;
        return Task.CompletedTask;
    }

    public void Seed(string owner, string name)
    {
        var record = new NameRecord { Name = name, Owner = owner };
        Current = Current with { Records = Current.Records.SetItem(record.Key, record) };
    }

    /// <summary>As a Redis that was restarted empty.</summary>
    public void ForgetAll()
    {
        lock (_lock)
            Current = new RegistrySnapshot(Current.Revision + 1, ImmutableDictionary<RecordKey, NameRecord>.Empty, Current.Owners);
        _updates.Writer.TryWrite(new RegistryUpdate(Current, default));
    }

    public async IAsyncEnumerable<RegistryUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new RegistryUpdate(Current, default);
        await foreach (var update in _updates.Reader.ReadAllAsync(cancellationToken))
            yield return update;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private long Write(ImmutableDictionary<RecordKey, NameRecord> records)
    {
        lock (_lock)
        {
            Writes++;
            if (Broken)
                throw new RegistryUnavailableException("the model is broken");
            Current = new RegistrySnapshot(Current.Revision + 1, records, Current.Owners);
            Past.Add(Current);
            return Current.Revision;
        }
    }
}
