using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// Keeps the lists: at the start the last good copies and the files, before anybody is answered; then files when they change, and
/// lists on the web once a day. New rules are built aside and swapped in.
/// </summary>
public sealed class BlockKeeper : BackgroundService
{
    /// <summary>Below the data directory.</summary>
    public const string Folder = "blocking";

    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(3);

    private readonly BlockingOptions _options;
    private readonly BlockedNames _names;
    private readonly TimeProvider _time;
    private readonly FollowedList[] _lists;
    private readonly LoadedList? _allowed;
    private readonly Dictionary<FollowedList, SemaphoreSlim> _turns = [];
    private readonly Lock _publishing = new();

    /// <param name="options">Valid ones.</param>
    /// <param name="dataDirectory">Where copies are kept.</param>
    /// <param name="names">Receives the rules.</param>
    /// <param name="connections">How lists on the web are reached; null where none can be.</param>
    public BlockKeeper(BlockingOptions options, string dataDirectory, BlockedNames names, Func<SocketsHttpHandler>? connections, TimeProvider time, ILogger<BlockKeeper> log)
    {
        (_options, _names, _time) = (options, names, time);
        var directory = Path.Combine(dataDirectory, Folder);
        var fetcher = connections is null ? null : new ListFetcher(connections);
        _lists = [.. options.Lists.Select(text =>
        {
            BlockingOptions.TryRead(text, out var name, out var source, out _);
            return new FollowedList(name, source, directory, fetcher, time, log);
        })];
        foreach (var list in _lists)
            _turns[list] = new SemaphoreSlim(1);
        if (options.Allowed.Count > 0)
            _allowed = Allowed(options.Allowed);
    }

    internal IReadOnlyList<FollowedList> Lists => _lists;

    /// <summary>Loads what is at hand without the network.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var list in _lists)
        {
            list.LoadKept();
            if (!list.IsOnTheWeb)
                await list.UpdateAsync(force: false, cancellationToken);
        }

        Publish();
        if (_lists.Length > 0)
            await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var turn in _turns.Values)
            turn.Dispose();
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_lists.Select(list => FollowAsync(list, stoppingToken)));

    private async Task FollowAsync(FollowedList list, CancellationToken stopping)
    {
        var retry = FirstRetry;
        if (list.IsOnTheWeb && list.Checked is { } last)
            await Wait(Remaining(last), stopping);
        else if (!list.IsOnTheWeb)
            await Wait(FileInterval, stopping);
        while (!stopping.IsCancellationRequested)
        {
            await UpdateAsync(list, force: false, stopping);
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
        await _turns[list].WaitAsync(cancellation);
        try
        {
            var changed = await list.UpdateAsync(force, cancellation);
            if (changed)
                Publish();
            return changed;
        }
        finally
        {
            _turns[list].Release();
        }
    }

    private void Publish()
    {
        lock (_publishing)
        {
            var inUse = _lists.Select(list => list.Current).OfType<LoadedList>().ToList();
            if (inUse.Count == 0)
                _names.Rules = null;
            else
                _names.Rules = new BlockRules(_allowed is null ? inUse : [_allowed, .. inUse]);
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
