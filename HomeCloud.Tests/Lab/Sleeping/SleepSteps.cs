using System.Text.RegularExpressions;
using HomeCloud.Lab;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>What scenarios of sleeping servers do and look at.</summary>
internal sealed class SleepSteps(LabServer server)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>By hand.</summary>
    public async Task SleepAsync(string name)
    {
        (await server.Machine.RunAsync([Executables.Cli, "sleep", name])).OrFail();
        (await RunningAsync(name)).Should().BeFalse();
    }

    /// <summary>By itself.</summary>
    public async Task FallsAsleepAsync(string name) =>
        (await Poll.UntilAsync(() => IsAsleepAsync(name), Patience)).Should().BeTrue($"{name} falls asleep");

    public async Task WakesAsync(string name, string why) =>
        (await Poll.UntilAsync(async () => await RunningAsync(name) && !await IsAsleepAsync(name), Patience)).Should().BeTrue($"{name} wakes: {why}");

    public async Task<bool> IsAsleepAsync(string name) => SaysAsleep(await ShowAsync(name));

    /// <param name="shown">By <c>homecloud show --json</c>.</param>
    public static bool SaysAsleep(string shown) => Says(shown, "asleep");

    public static bool Says(string shown, string state) => Regex.IsMatch(shown, $"\"state\":\\s*\"{state}\"");

    public async Task<string> ShowAsync(string name) => (await server.Machine.RunAsync([Executables.Cli, "show", name, "--json"])).Output;

    public async Task<bool> RunningAsync(string name) => (await server.Engine.InspectAsync()).Single(container => container.Name == name).Running;

    public async Task<string> HistoryAsync(string name) => (await server.Machine.RunAsync(["curl", "--silent", "--fail", "--unix-socket", "/run/homecloud/agent.sock", $"http://agent/api/v1/servers/{name}/history"])).OrFail().Output;
}

internal static class SleepLaptop
{
    /// <summary>By its address, from the laptop. Its kernel answers before its programs listen: a refusal is tried again, as people do.</summary>
    public static async Task<string> FetchAsync(this HomeLab lab, string url) =>
        (await lab.Laptop.RunAsync(["curl", "--silent", "--show-error", "--max-time", "10", "--retry", "5", "--retry-all-errors", "--retry-delay", "1", url])).OrFail().Output;
}
