using System.Diagnostics;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Starts;
using HomeCloud.Bench.Systems;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Lean;

/// <summary>All parts of <c>./bench lean</c>, this build and an earlier one in turn.</summary>
internal sealed class LeanRun(LeanOptions options, Action<string> say, CancellationToken stop)
{
    /// <summary>Names for <c>--only</c>.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["size", "ls", "create", "rest", "start", "page", "many", "week", "latency", "dot", "udp", "peers"];

    private const string Earlier = "earlier";
    private const string Docker = "docker";

    /// <summary>After the last change: what follows a start is over.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    public List<LeanFigure> Figures { get; } = [];

    /// <summary>Who does the same job: what each takes at rest.</summary>
    public List<PeerFigure> Peers { get; } = [];

    public async Task RunAsync()
    {
        if (options.Wants("size"))
            Size();
        if (options.Only.Count == 0 || options.Only.Intersect(["ls", "create", "rest", "start", "page", "many", "week"]).Any())
            await InTheLabAsync();
        if (options.Wants("latency"))
            await LatencyAsync();
        if (options.Wants("dot"))
            Tls();
        if (options.Wants("udp"))
            Udp();
        if (options.Wants("peers"))
            await PeersAsync();
    }

    private void Size()
    {
        Add("installed folder", "MB", Comparing.Ratio, 0.40, [FolderSize.Of(options.Programs)], options.Against is { } against ? [FolderSize.Of(against)] : []);
        Add("the folder as a layer of an image, compressed", "MB", Comparing.Alone, null, [FolderSize.Compressed(options.Programs)], options.Against is { } before ? [FolderSize.Compressed(before)] : []);
        say("size");
    }

    private async Task InTheLabAsync()
    {
        var homes = new List<LeanHome>();
        try
        {
            foreach (var programs in Builds)
            {
                say($"lab {homes.Count + 1}: {options.Few} servers");
                homes.Add(await LeanHome.MakeAsync(programs, stop));
                await homes[^1].FillAsync(options.Few, stop);
            }

            if (options.Wants("rest") || options.Wants("many"))
                await RestAsync(homes);
            if (options.Wants("ls"))
                await ListAsync(homes);
            if (options.Wants("create"))
                await CreateAsync(homes);
            if (options.Wants("start"))
                await StartAsync(homes);
            if (options.Wants("page") || options.Wants("many") || options.Wants("week"))
                await ManyAsync(homes);
        }
        finally
        {
            foreach (var home in homes)
                await home.DisposeAsync();
        }
    }

    private async Task RestAsync(List<LeanHome> homes)
    {
        await Task.Delay(Settle, stop);
        List<double>[] memory = [.. homes.Select(_ => new List<double>())], cpu = [.. homes.Select(_ => new List<double>())], wakeUps = [.. homes.Select(_ => new List<double>())];
        for (var round = 0; round < options.Rounds; round++)
        {
            var samples = await RestingProcess.WatchAsync([.. homes.Select(home => home.Agent)], options.Window, stop);
            for (var i = 0; i < homes.Count; i++)
            {
                memory[i].Add(RestingProcess.Memory(homes[i].Agent));
                cpu[i].Add(samples[i].Cpu);
                wakeUps[i].Add(samples[i].WakeUps);
            }

            say($"at rest: {round + 1}/{options.Rounds}");
        }

        Add("agent at rest, proportional set size", "MB", Comparing.Ratio, 0.35, memory);
        Add("agent at rest, CPU a second", "ms", Comparing.Ratio, 0.10, cpu);
        Add("agent at rest, wake-ups a second", "", Comparing.Alone, 8, wakeUps);
        Peers.Add(new PeerFigure("homecloud-agent", $"names, page, DNS; {options.Few} servers", memory[0], cpu[0], wakeUps[0]));
        if (homes.Count > 1)
            Peers.Add(new PeerFigure("homecloud-agent, earlier", $"names, page, DNS; {options.Few} servers", memory[1], cpu[1], wakeUps[1]));
    }

    private async Task ListAsync(List<LeanHome> homes)
    {
        var commands = homes.Select(home => home.List).Append(homes[0].DockerList).ToList();
        List<double>[] wall = [.. commands.Select(_ => new List<double>())], peak = [.. commands.Select(_ => new List<double>())];
        for (var round = -1; round < options.Rounds; round++)
        {
            for (var i = 0; i < commands.Count; i++)
            {
                var command = (i + round + 1) % commands.Count;
                var (took, most) = (await CommandCost.WallAsync(commands[command], stop), await CommandCost.PeakAsync(commands[command], stop));
                if (round < 0)
                    continue;
                wall[command].Add(took);
                peak[command].Add(most);
            }
        }

        Figures.Add(new LeanFigure("`homecloud ls`, wall", "ms", Comparing.Ratio, 1.2, wall[0], "docker ps", wall[^1]));
        Figures.Add(new LeanFigure("`homecloud ls`, peak memory", "MB", Comparing.Ratio, 1.0, peak[0], "docker ps", peak[^1]));
        if (homes.Count > 1)
        {
            Add("`homecloud ls`, wall, both builds", "ms", Comparing.Ratio, null, wall[..2]);
            Add("`homecloud ls`, peak memory, both builds", "MB", Comparing.Ratio, null, peak[..2]);
        }

        say("ls");
    }

    private async Task CreateAsync(List<LeanHome> homes)
    {
        List<double>[] created = [.. homes.Select(_ => new List<double>())];
        var run = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var took = new List<double>();
            foreach (var home in homes)
                took.Add(await home.CreateAsync(stop));
            var docker = await homes[0].RunAsync(stop);
            if (round < 0)
                continue;
            for (var i = 0; i < homes.Count; i++)
                created[i].Add(took[i]);
            run.Add(docker);
        }

        Figures.Add(new LeanFigure("from `homecloud create` to ready − `docker run -d` of the same image to port open", "ms", Comparing.Difference, 150, created[0], "docker run", run));
        Add("from `homecloud create` to ready, both builds", "ms", Comparing.Ratio, null, created);
        say("create");
    }

    private async Task StartAsync(List<LeanHome> homes)
    {
        List<double>[] starts = [.. homes.Select(_ => new List<double>())];
        for (var round = -1; round < options.Rounds; round++)
        {
            for (var i = 0; i < homes.Count; i++)
            {
                var took = await homes[i].RestartAsync(stop);
                if (round >= 0)
                    starts[i].Add(took);
            }
        }

        Add("agent, start → first right answer", "ms", Comparing.Ratio, 0.30, starts);
        say("starts of the agent");
    }

    private async Task ManyAsync(List<LeanHome> homes)
    {
        // All since a start: what was needed at some time before is not kept.
        var few = await LookAsync(homes);
        foreach (var home in homes)
        {
            await home.FillAsync(options.Many, stop);
            say($"{options.Many} servers");
        }

        var many = await LookAsync(homes);
        if (options.Wants("many"))
        {
            AddMany(0, $"with {options.Many} servers", 1.25, many, few);
            if (homes.Count > 1)
                AddMany(1, $"of the earlier build with {options.Many} servers", null, many, few);
        }

        if (options.Wants("page"))
        {
            Add($"page with {options.Many} servers until it is painted", "KB", Comparing.Ratio, 1.0, [.. many.Select(look => look.Page)]);
            Add($"page with {options.Many} servers until it is painted", "KB", Comparing.Alone, 120, [.. many.Select(look => look.Page)]);
        }

        if (!options.Wants("week"))
            return;
        var week = await LookAsync(homes[..1], afterWeek: true);
        AddMany(0, $"with {options.Many} servers and a week of figures", 1.25, week, few);
        Figures.Add(new LeanFigure($"page with {options.Many} servers and a week of figures, until all of it is there", "ms", Comparing.Ratio, 1.0, week[0].Times, "no figures", many[0].Times));
        say("a week of figures");
    }

    private void AddMany(int build, string title, double? limit, List<Look> many, List<Look> few) =>
        Figures.Add(new LeanFigure($"agent {title}, memory", "MB", Comparing.Ratio, limit, many[build].Memory, $"{options.Few} servers", few[build].Memory));

    private async Task<List<Look>> LookAsync(List<LeanHome> homes, bool afterWeek = false)
    {
        foreach (var home in homes)
            await home.RestartAsync(stop, afterWeek);
        await Task.Delay(Settle, stop);
        var looks = new List<Look>();
        foreach (var home in homes)
        {
            List<double> memory = [RestingProcess.Memory(home.Agent)], page = [PageWeight.Measure(home.Socket)], times = [];
            if (afterWeek)
                home.ExpectWeek();
            for (var round = 0; round < options.Rounds; round++)
            {
                var begun = Stopwatch.GetTimestamp();
                PageWeight.Measure(home.Socket);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            looks.Add(new Look(memory, page, times));
        }

        return looks;
    }

    private async Task LatencyAsync()
    {
        var builds = await StartMeasurement.RunAsync(LabShape.Embedded, [.. Builds], options.Starts, say);
        foreach (var (name, part) in (ReadOnlySpan<(string, double)>)[("median", 0.5), ("p99", 0.99)])
        {
            List<double>[] values = [.. builds.Select(samples => new List<double> { At(samples, part) })];
            Add($"docker start → right answer, {name} of {options.Starts}", "ms", Comparing.Ratio, 0.8, values);
        }
    }

    private static double At(List<StartSample> samples, double part)
    {
        double[] sorted = [.. samples.Select(sample => sample.ReturnedToAnswer).Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
    }

    private void Tls()
    {
        using var comparison = new TlsComparison();
        var results = comparison.Run(options, say, stop);
        foreach (var (measure, limit) in TlsComparison.Measures)
        {
            var title = $"DoT: {measure}, CPU";
            var ours = results[(measure, HomeCloudSystem.SystemName)];
            Figures.Add(new LeanFigure(title, "µs", Comparing.Ratio, limit, ours, TlsComparison.Unbound, results.GetValueOrDefault((measure, TlsComparison.Unbound), [])));
            if (options.Against is not null)
                Add($"{title}, both builds", "µs", Comparing.Ratio, null, ours, results[(measure, HomeCloudSystem.EarlierName)]);
        }
    }

    private void Udp()
    {
        if (options.Against is not { } against)
            return;
        Figures.AddRange(BuildComparison.Udp(options.Programs, against, options.Rounds, say, stop));
    }

    private const string HomeCloudDns = "homecloud-dns";

    private async Task PeersAsync()
    {
        ISystem[] known =
        [
            new HomeCloudSystem(Path.Combine(options.Programs, HomeCloudDns)),
            .. options.Against is { } against ? [new HomeCloudSystem(Path.Combine(against, HomeCloudDns), HomeCloudSystem.EarlierName)] : Array.Empty<ISystem>(),
            new DnsmasqSystem(), new UnboundSystem(),
            .. options.Technitium is { } technitium ? [new TechnitiumSystem(technitium)] : Array.Empty<ISystem>(),
        ];
        foreach (var figure in await PeerRest.MeasureAsync([.. known.Where(system => Tool.Find(system.Program) is not null)], options, stop))
            Peers.Add(figure);
        say("peers");
    }

    private IEnumerable<string> Builds => options.Against is { } against ? [options.Programs, against] : [options.Programs];

    private void Add(string title, string unit, Comparing by, double? limit, List<double>[] builds) =>
        Add(title, unit, by, limit, builds[0], builds.Length > 1 ? builds[1] : []);

    private void Add(string title, string unit, Comparing by, double? limit, IReadOnlyList<double> ours, IReadOnlyList<double> theirs) =>
        Figures.Add(new LeanFigure(title, unit, by, limit, ours, Earlier, theirs));

    /// <param name="Memory">In MB.</param>
    /// <param name="Page">In KB.</param>
    /// <param name="Times">Milliseconds, one a round.</param>
    private sealed record Look(List<double> Memory, List<double> Page, List<double> Times);
}
