using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HomeCloud.Lab;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Several servers, each with a caller of its own, and one who breaks things meanwhile.</summary>
internal sealed class SleepChaosRun
{
    private const int Servers = 4;

    /// <summary>So long a caller waits for something to happen.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    /// <summary>So long it takes a server to fall asleep, faults included.</summary>
    private static readonly TimeSpan SleepLimit = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan LongestVisit = TimeSpan.FromSeconds(8);

    private readonly HomeLab _lab;
    private readonly int _seed;
    private readonly Action<string> _log;
    private readonly SleepFaults _faults;
    private readonly List<string> _names = [.. Enumerable.Range(0, Servers).Select(index => string.Create(CultureInfo.InvariantCulture, $"nap{index}"))];
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentQueue<double> _took = new();
    private int _left;
    private int _visits;

    /// <param name="lab">One server, with Redis.</param>
    /// <param name="seed">Of what is drawn; what happens together is not in it.</param>
    /// <param name="log">Hears of everything; from any thread.</param>
    public SleepChaosRun(HomeLab lab, int seed, Action<string> log)
    {
        (_lab, _seed, _log) = (lab, seed, log);
        _faults = new SleepFaults(lab, new Random(seed), StartDownAsync, log);
    }

    /// <param name="steps">Sleeps and wakes in all.</param>
    public async Task RunAsync(int steps)
    {
        var watch = Stopwatch.StartNew();
        _left = steps;
        using var engine = new EngineEye(_lab.Server.Engine);
        foreach (var name in _names)
            await _lab.Server.Engine.RunBoxAsync(name, "--restart", "unless-stopped", "--label", "homecloud.sleep=5s");
        using var over = new CancellationTokenSource();
        var breaking = _faults.RunAsync(over.Token);
        var callers = _names.Select((name, index) => LiveAsync(name, engine, new Random(_seed + index + 1))).ToList();
        try
        {
            // The first failure ends the run.
            while (callers.Count > 0)
            {
                var ended = await Task.WhenAny([breaking, .. callers]);
                await ended;
                callers.RemoveAll(caller => caller == ended);
            }
        }
        finally
        {
            await over.CancelAsync();
            Volatile.Write(ref _left, 0);
            await Task.WhenAll([breaking, .. callers]).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        double[] took = [.. _took.Order()];
        _log(string.Create(CultureInfo.InvariantCulture, $"measured: {steps} sleeps and wakes in {watch.Elapsed.TotalSeconds:F0} s, {_faults.Count} faults; {string.Join(", ", _outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}"))}; {_visits} visits; through after {took[took.Length / 2]:F2} s at the median, {took[^1]:F2} s at worst"));
        _wrong.Should().BeEmpty();
        took.Should().HaveCountGreaterThan(steps / 2, "most calls get through");
    }

    /// <summary>One server: it falls asleep, somebody calls it and stays a while, and again.</summary>
    private async Task LiveAsync(string name, EngineEye engine, Random random)
    {
        using var caller = new SleepingCaller(_lab, name, (await _lab.Server.Engine.AddressesAsync(name))[0], CallLimit);
        while (_wrong.IsEmpty && Interlocked.Decrement(ref _left) >= 0)
        {
            await FallAsleepAsync(name, engine, random.Next(2) == 0);

            var (before, begun) = (engine.Starts(name), Stopwatch.GetTimestamp());
            var way = (CallWay)random.Next(3);
            using var call = await caller.CallAsync(way);
            var calm = _faults.WasCalmSince(begun);
            _outcomes.AddOrUpdate(call.IsThrough ? $"through, {way}" : $"error, {call.Error}", 1, (_, count) => count + 1);
            if (!call.IsThrough)
            {
                _log(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {way}: {call.Error} after {call.Took.TotalSeconds:F1} s{(calm ? ", with nothing broken" : "")}"));
                if (calm || call.Took > CallLimit + TimeSpan.FromSeconds(1))
                    _wrong.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {way}: {call.Error} after {call.Took.TotalSeconds:F1} s; broken: {(calm ? "nothing" : _faults.Now)}");
                continue;
            }

            _took.Enqueue(call.Took.TotalSeconds);
            if (!await call.StaysAsync(TimeSpan.FromTicks((long)(LongestVisit.Ticks * random.NextDouble()))) && !_faults.WasEngineAwaySince(begun))
                _wrong.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: somebody was connected, and was cut off");
            Interlocked.Increment(ref _visits);
            var starts = engine.Starts(name) - before;
            if (starts != 1 && !_faults.WasEngineAwaySince(begun))
                _wrong.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: started {starts} times");
        }
    }

    /// <summary>By itself, or sooner by hand. It is asleep when the agent has written it down and the engine has stopped it.</summary>
    private async Task FallAsleepAsync(string name, EngineEye engine, bool byHand)
    {
        var said = "";
        var sleeps = await Poll.UntilAsync(
            async () =>
            {
                // Who cannot be asked now is asked again.
                if (byHand)
                    said = (await _lab.Server.Machine.RunAsync([Executables.Cli, "sleep", name])).Error;
                return await engine.IsDownAsync(name) && SleepsInTheBook(name);
            },
            SleepLimit);
        if (!sleeps)
            throw new InvalidOperationException($"{name} does not fall asleep; {(await engine.IsDownAsync(name) ? "it is down" : "it runs")}, {(SleepsInTheBook(name) ? "" : "not ")}in the book; {said}");
    }

    private async Task StartDownAsync()
    {
        foreach (var name in _names.Where(name => !SleepsInTheBook(name)))
            await _lab.Server.Engine.DockerAsync(["start", name]);
    }

    private bool SleepsInTheBook(string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine($"/proc/{_lab.Server.Machine.Pid}/root/var/lib/homecloud", "sleep.json")).Contains($"\"{name}\"", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
