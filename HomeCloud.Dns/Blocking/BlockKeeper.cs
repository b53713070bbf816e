using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// Keeps the lists: at the start the last good copies and the files, before anybody is answered; then files when they change, and
/// lists on the web once a day. New rules are built aside and swapped in, and so are other lists after a reload.
/// </summary>
public sealed class BlockKeeper : BackgroundService
{
    /// <summary>Below the data directory.</summary>
    public const string Folder = "blocking";

    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(3);

    private readonly string _directory;
    private readonly BlockedNames _names;
    private readonly PolicyPublisher _publisher;
    private readonly ListFetcher? _fetcher;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _publishing = new();
    private readonly Lock _changing = new();
    private volatile BlockingOptions _options;
    private volatile FollowedList[] _lists = [];
    private volatile LoadedList? _allowed;
    private volatile IReadOnlyList<BlockGroup> _groups = [];
    private CancellationTokenSource _round = new();

    /// <param name="options">Valid ones.</param>
    /// <param name="dataDirectory">Where copies are kept.</param>
    /// <param name="names">Receives the rules.</param>
    /// <param name="connections">How lists on the web are reached; null where none can be.</param>
    /// <param name="devices">Finds devices by name and MAC; null where nobody can.</param>
    public BlockKeeper(BlockingOptions options, string dataDirectory, BlockedNames names, Func<SocketsHttpHandler>? connections, TimeProvider time, ILogger<BlockKeeper> log, IDeviceAddresses? devices = null)
    {
        (_options, _names, _time, _log) = (options, names, time, log);
        _directory = Path.Combine(dataDirectory, Folder);
        (Own, Pauses) = (new OwnRules(_directory, time, log), new BlockPauses(time));
        _publisher = new PolicyPublisher(names, Pauses, devices, time);
        _fetcher = connections is null ? null : new ListFetcher(connections);
        Take(options);
    }

    internal IReadOnlyList<FollowedList> Lists => _lists;

    /// <summary>What a person blocked and allowed by hand. <see cref="Publish"/> makes a change count.</summary>
    internal OwnRules Own { get; }

    /// <summary>Who is not blocked for a while. <see cref="Publish"/> makes a change count.</summary>
    internal BlockPauses Pauses { get; }

    /// <summary>Loads what is at hand without the network.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Own.Load();
        foreach (var list in _lists)
        {
            list.LoadKept();
            if (!list.IsOnTheWeb)
                await list.UpdateAsync(force: false, cancellationToken);
        }

        Publish();
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Takes valid options in place of those before. Lists that stay are not read again; new ones count as soon as they are loaded.</summary>
    public void Apply(BlockingOptions options)
    {
        CancellationTokenSource before;
        lock (_changing)
        {
            Take(options);
            (before, _round) = (_round, new CancellationTokenSource());
        }

        Publish();
        before.Cancel();
    }

    public override void Dispose()
    {
        base.Dispose();
        _round.Dispose();
        _publisher.Dispose();
        foreach (var list in _lists)
            list.Dispose();
    }

    /// <summary>Renews lists now, because a person says so.</summary>
    /// <returns>What came of it, a line each.</returns>
    internal async Task<IReadOnlyList<string>> UpdateNowAsync(string? name, CancellationToken cancellation)
    {
        var lines = new List<string>();
        foreach (var list in _lists.Where(list => name is null || list.Name == name))
        {
            var changed = await UpdateAsync(list, force: true, cancellation);
            lines.Add(list.Problem is { } problem ? $"{list.Name}: refused: {problem}" : $"{list.Name}: {list.Current?.Table.Blocked ?? 0} names, {(changed ? "renewed" : "as before")}");
        }

        return lines;
    }

    /// <summary>One round for each set of lists.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            CancellationToken changed;
            FollowedList[] lists;
            lock (_changing)
                (changed, lists) = (_round.Token, _lists);
            using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, changed);
            var ended = Wait(Timeout.InfiniteTimeSpan, round.Token);
            await Task.WhenAll(lists.Select(list => FollowAsync(list, round.Token)).Append(ended));
        }
    }

    private void Take(BlockingOptions options)
    {
        var before = _lists;
        var lists = new List<FollowedList>();
        foreach (var text in options.Lists)
        {
            BlockingOptions.TryRead(text, out var name, out var source, out _);
            lists.Add(before.FirstOrDefault(list => list.Name == name && list.Source == source) ?? new FollowedList(name, source, _directory, _fetcher, _time, _log));
        }

        (_options, _groups, _allowed, _lists) = (options, options.ReadGroups(), options.Allowed.Count > 0 ? Allowed(options.Allowed) : null, [.. lists]);
    }

    private async Task FollowAsync(FollowedList list, CancellationToken stopping)
    {
        // New since a reload.
        if (list.Current is null && list.Checked is null && list.LoadKept())
            Publish();
        var retry = FirstRetry;
        if (list.IsOnTheWeb && list.Checked is { } last)
            await Wait(Remaining(last), stopping);
        else if (!list.IsOnTheWeb && list.Current is not null)
            await Wait(FileInterval, stopping);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await UpdateAsync(list, force: false, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            if (list.Problem is null)
                retry = FirstRetry;
            var pause = !list.IsOnTheWeb ? FileInterval : list.Problem is null ? WithJitter(TimeSpan.FromHours(_options.RefreshHours)) : WithJitter(retry);
            if (list.Problem is not null)
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            await Wait(pause, stopping);
        }
    }

    private async Task<bool> UpdateAsync(FollowedList list, bool force, CancellationToken cancellation)
    {
        var changed = await list.UpdateAsync(force, cancellation);
        if (changed)
            Publish();
        return changed;
    }

    internal IReadOnlyList<BlockGroup> Groups => _groups;

    /// <inheritdoc cref="BlockedNames.SafeSearchHits"/>
    internal BlockCounter SafeSearchHits => _names.SafeSearchHits;

    /// <inheritdoc cref="PolicyPublisher.RulesOf(string)"/>
    internal BlockRules? RulesOf(string group) => _publisher.RulesOf(group);

    /// <inheritdoc cref="PolicyPublisher.AddressesOf"/>
    internal IReadOnlyCollection<System.Net.IPAddress> AddressesOf(GroupMember device) => _publisher.AddressesOf(device);

    /// <summary>Makes what the lists, the names by hand and the pauses say count.</summary>
    internal void Publish()
    {
        lock (_publishing)
        {
            _names.Answer = _options.Answer;
            var inUse = _lists.Select(list => list.Current).OfType<LoadedList>();
            _publisher.Publish(_groups, _allowed is { } allowed ? [allowed, .. inUse] : [.. inUse], Own.Current);
        }
    }

    // A clock that is wrong must not keep a list for years.
    private TimeSpan Remaining(DateTimeOffset last)
    {
        var interval = TimeSpan.FromHours(_options.RefreshHours);
        var left = last + interval - _time.GetUtcNow();
        return left > interval ? TimeSpan.Zero : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // Not all homes at once (and not all lists).
    private static TimeSpan WithJitter(TimeSpan time) => time * (0.9 + (Random.Shared.NextDouble() / 5));

    private Task Wait(TimeSpan time, CancellationToken stopping) => Task.Delay(time, _time, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);

    private static LoadedList Allowed(IEnumerable<string> names)
    {
        var entries = new List<ulong>();
        foreach (var text in names)
        {
            var name = DnsName.Parse(BlockingOptions.WithoutWildcard(text));
            DnsName.Fold(name);
            entries.Add(BlockHash.OfName(name) | (byte)RuleKinds.Exception);
        }

        return new LoadedList(BlockRules.Allowed, "", BlockTable.Build([.. entries]), 0, default, "", "", new BlockCounter(BlockRules.Allowed));
    }
}
