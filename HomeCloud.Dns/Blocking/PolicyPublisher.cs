using System.Net;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Blocking;

/// <summary>Makes the snapshot that answers are decided by, of lists, rules by hand and pauses; and a new one when a pause ends.</summary>
internal sealed class PolicyPublisher : IDisposable
{
    private readonly BlockedNames _names;
    private readonly BlockPauses _pauses;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private LoadedList[] _lists = [];
    private LoadedList? _own;
    private BlockRules? _rules;
    private bool _isOver;

    public PolicyPublisher(BlockedNames names, BlockPauses pauses, TimeProvider time)
    {
        (_names, _pauses) = (names, pauses);
        _timer = time.CreateTimer(_ => Publish(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _timer.Dispose();
    }

    /// <param name="lists">In use, in order; the names of <c>--allow</c> first, where there are any.</param>
    /// <param name="own">By hand; null when there are none.</param>
    public void Publish(LoadedList[] lists, LoadedList? own)
    {
        lock (_lock)
        {
            if (!lists.SequenceEqual(_lists) || own != _own)
                _rules = lists.All(list => list.Name == BlockRules.Allowed) && own is null ? null : new BlockRules(lists, own);
            (_lists, _own) = (lists, own);
        }

        Publish();
    }

    /// <summary>The same, after a pause began or ended.</summary>
    public void Publish()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            var pauses = _pauses.Running();
            _timer.Change(pauses.Count == 0 ? Timeout.InfiniteTimeSpan : pauses.Min(pause => pause.Left) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            var isPaused = pauses.Any(pause => pause.Device == BlockPauses.Everybody);
            _names.Policy = _rules is null || isPaused ? null : new BlockPolicy(_rules, Paused(pauses.Select(pause => pause.Device)));
        }
    }

    private static DeviceRules? Paused(IEnumerable<string> devices)
    {
        var addresses = new Dictionary<UInt128, BlockRules?>();
        foreach (var device in devices)
        {
            if (AddressText.TryParse(device, out IPAddress? address))
                addresses[DeviceRules.Number(address)] = null;
        }

        return addresses.Count == 0 ? null : new DeviceRules(addresses, []);
    }
}
