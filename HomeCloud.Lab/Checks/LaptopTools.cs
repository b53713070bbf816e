using System.Diagnostics;
using System.Net;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Lab.Checks;

/// <summary>What a person on the laptop would type.</summary>
public sealed class LaptopTools : IDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);
    private readonly HomeLab _lab;
    private readonly StubResolver _stub;

    public LaptopTools(HomeLab lab)
    {
        _lab = lab;
        _stub = StubResolver.OnLaptop(lab);
    }

    public void Dispose() => _stub.Dispose();

    public async Task<string> DigAsync(params IReadOnlyList<string> arguments) =>
        (await _lab.Laptop.RunAsync(["dig", "+time=2", "+tries=2", .. arguments])).Text;

    public async Task<string> SshAsync(string host, int port, params IReadOnlyList<string> command) =>
        (await _lab.Laptop.RunAsync(["ssh", "-p", $"{port}", .. SshOptions, $"root@{host}", .. command], timeout: TimeSpan.FromSeconds(20))).OrFail().Output.Trim();

    public async Task<string> CurlAsync(string url) =>
        (await _lab.Laptop.RunAsync(["curl", "--silent", "--show-error", "--max-time", "5", url])).OrFail().Output.Trim();

    /// <summary>Asks until the answer is right.</summary>
    /// <returns>How long that took, in words.</returns>
    public async Task<string> SettlesAsync(string name, Func<StubAnswer, bool> right, string expected)
    {
        var started = Stopwatch.GetTimestamp();
        var last = StubAnswer.Timeout;
        if (!await Poll.UntilAsync(() => right(last = _stub.Ask(name)), SettleLimit))
            throw new CheckFailedException($"{name}: expected {expected}, got {last} after {SettleLimit.TotalSeconds:0} s");
        var elapsed = Stopwatch.GetElapsedTime(started);
        return elapsed.TotalSeconds < 1 ? $"after {elapsed.TotalMilliseconds:0} ms" : $"after {elapsed.TotalSeconds:0.0} s";
    }

    public Task<string> ResolvesAsync(string name, IPAddress address) => SettlesAsync(name, a => a.Is(address), address.ToString());

    public static void Expect(string what, string expected, string actual)
    {
        if (!actual.Contains(expected, StringComparison.OrdinalIgnoreCase))
            throw new CheckFailedException($"{what}: expected '{expected}', got '{actual}'");
    }

    private static string[] SshOptions =>
    [
        "-i", BoxImage.KeyPath, "-o", "UserKnownHostsFile=/run/known_hosts", "-o", "StrictHostKeyChecking=accept-new",
        "-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
    ];
}
