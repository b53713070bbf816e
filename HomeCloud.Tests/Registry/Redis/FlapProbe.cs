using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Follows a registry and remembers every name that was ever missing, and every owner that was ever dead.</summary>
internal sealed class FlapProbe : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _flaps = [];
    private readonly Task _following;

    public FlapProbe(IRegistryReader reader, int atLeast)
    {
        var expected = reader.Current.Records;
        expected.Should().HaveCount(atLeast);
        _following = Task.Run(async () =>
        {
            await foreach (var update in reader.WatchAsync(_stop.Token))
            {
                _flaps.AddRange(expected.Where(record => !update.Snapshot.Records.TryGetValue(record.Key, out var now) || !now.Equals(record.Value))
                    .Select(record => $"{record.Key} changed at revision {update.Snapshot.Revision}"));
                _flaps.AddRange(update.Snapshot.Owners.Values.Where(owner => !owner.Alive).Select(owner => $"{owner} at revision {update.Snapshot.Revision}"));
            }
        });
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _following.Invoking(following => following).Should().ThrowAsync<OperationCanceledException>();
        _flaps.Should().BeEmpty();
    }

    public void Dispose() => _stop.Dispose();
}
