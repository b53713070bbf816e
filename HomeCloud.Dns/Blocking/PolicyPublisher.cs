using System.Net;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Blocking.Lists;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// Makes the snapshot that answers are decided by, of lists, rules by hand, groups, hours and pauses: again when a pause ends, at
/// each full minute while hours count, and every ten seconds while a device must be found. With none of these it never wakes up.
/// </summary>
internal sealed class PolicyPublisher : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly BlockedNames _names;
    private readonly BlockPauses _pauses;
    private readonly DeviceBook _devices;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private IReadOnlyList<BlockGroup> _groups = [new(BlockGroup.Others, [], null)];
    private LoadedList[] _lists = [];
    private LoadedList? _own;
    private Dictionary<string, BlockRules?> _rules = [];
    private bool _isOver;

    public PolicyPublisher(BlockedNames names, BlockPauses pauses, IDeviceAddresses? devices, TimeProvider time)
    {
        (_names, _pauses, _devices, _time) = (names, pauses, new DeviceBook(devices, time), time);
        _timer = time.CreateTimer(_ => Publish(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _timer.Dispose();
    }

    /// <param name="groups">Those of the options; the last one is for devices in none.</param>
    /// <param name="lists">In use, in order; the names of <c>--allow</c> first, where there are any.</param>
    /// <param name="own">By hand; null when there are none.</param>
    public void Publish(IReadOnlyList<BlockGroup> groups, LoadedList[] lists, LoadedList? own)
    {
        lock (_lock)
            (_groups, _lists, _own) = (groups, lists, own);
        Publish();
    }

    /// <summary>The same, after a pause began or ended, or time went on.</summary>
    public void Publish()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            var pauses = _pauses.Running();
            var looks = _groups.Any(group => group.Members.Count > 0) || pauses.Any(pause => pause.Device != BlockPauses.Everybody);
            if (looks)
                _devices.Look();
            var local = _time.GetLocalNow().DateTime;
            _rules = _groups.ToDictionary(group => group.Name, group => RulesOf(group, local));
            var isPaused = pauses.Any(pause => pause.Device == BlockPauses.Everybody);
            _names.Policy = isPaused ? null : Policy([.. pauses.Select(pause => pause.Device)]);
            _names.WantSafeSearch(_rules.Values.Any(rules => rules?.HasSafeSearch == true));
            _timer.Change(Next(pauses, looks), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Rules of a group, paused or not; null when nothing counts for it.</summary>
    public BlockRules? RulesOf(string group)
    {
        lock (_lock)
            return _rules.GetValueOrDefault(group);
    }

    /// <summary>Addresses of a device.</summary>
    public IReadOnlyCollection<IPAddress> AddressesOf(GroupMember member)
    {
        lock (_lock)
        {
            _devices.Look();
            return _devices.Of(member);
        }
    }

    // The same rules stay the same object: what the cache is marked with stays true.
    private BlockRules? RulesOf(BlockGroup group, DateTime local)
    {
        LoadedList[] lists = [.. _lists.Where(list => list.Name == BlockRules.Allowed || group.Has(list.Name, local))];
        var isSafe = group.Has(BlockGroup.SafeSearch, local);
        if (lists.All(list => list.Name == BlockRules.Allowed) && _own is null && !isSafe)
            return null;
        var name = _groups.Count > 1 ? group.Name : null;
        return _rules.GetValueOrDefault(group.Name) is { } same && same.HasSafeSearch == isSafe && same.Own == _own && same.Group == name && same.Lists.SequenceEqual(lists)
            ? same
            : new BlockRules(lists, _own, name, isSafe);
    }

    private BlockPolicy? Policy(List<string> paused)
    {
        var addresses = new Dictionary<UInt128, BlockRules?>();
        var networks = new List<(IPNetwork, BlockRules?)>();
        foreach (var member in paused.Where(device => !_rules.ContainsKey(device)).Select(GroupMember.Read).OfType<GroupMember>())
            Add(member, null);
        foreach (var group in _groups)
        {
            var rules = paused.Contains(group.Name) ? null : _rules[group.Name];
            foreach (var member in group.Members)
                Add(member, rules);
        }

        var others = paused.Contains(BlockGroup.Others) ? null : _rules[BlockGroup.Others];
        var devices = addresses.Count + networks.Count > 0 ? new DeviceRules(addresses, networks) : null;
        return others is null && _rules.Values.All(rules => rules is null) ? null : new BlockPolicy(others, devices);

        void Add(GroupMember member, BlockRules? rules)
        {
            if (member.Network is { } network)
                networks.Add((network, rules));
            foreach (var address in _devices.Of(member))
                addresses.TryAdd(DeviceRules.Number(address), rules);
        }
    }

    private TimeSpan Next(IReadOnlyList<(string Device, TimeSpan Left)> pauses, bool looks)
    {
        var waits = pauses.Select(pause => pause.Left + TimeSpan.FromMilliseconds(1)).ToList();
        if (looks)
            waits.Add(LookInterval);
        if (_groups.Any(group => group.HasHours))
            waits.Add(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(_time.GetUtcNow().Ticks % TimeSpan.TicksPerMinute));
        return waits.Count == 0 ? Timeout.InfiniteTimeSpan : waits.Min();
    }
}
