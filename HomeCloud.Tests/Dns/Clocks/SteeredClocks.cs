using System.Runtime.CompilerServices;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Dns.Clocks;

/// <summary>
/// The clocks of a program under test, moved while it runs. steered-clocks.c is compiled here and preloaded into the
/// program; both sides share a file with one offset a clock.
/// </summary>
internal sealed class SteeredClocks : IDisposable
{
    private static readonly TimeSpan CompileLimit = TimeSpan.FromMinutes(2);

    private readonly FileStream _offsets;
    private readonly string _library;
    private readonly long[] _nanoseconds = new long[3];

    private SteeredClocks(string folder)
    {
        _library = Path.Combine(folder, "steered-clocks.so");
        _offsets = new FileStream(Path.Combine(folder, "steered-clocks"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Write();
    }

    /// <summary>For the program's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["LD_PRELOAD"] = _library, ["STEERED_CLOCKS"] = _offsets.Name };

    /// <summary>The program's wall clock.</summary>
    public DateTimeOffset Wall => DateTimeOffset.UtcNow.AddTicks(_nanoseconds[2] / TimeSpan.NanosecondsPerTick);

    /// <param name="folder">Receives the library and the offsets.</param>
    public static async Task<SteeredClocks> CreateAsync(string folder)
    {
        (await Command.RunAsync(
            ["cc", "-Wall", "-Werror", "-O2", "-shared", "-fPIC", "-o", Path.Combine(folder, "steered-clocks.so"), Path.Combine(Here(), "steered-clocks.c")],
            timeout: CompileLimit)).OrFail();
        return new SteeredClocks(folder);
    }

    /// <summary>The program lives on for so long: all clocks move.</summary>
    public void Live(TimeSpan time) => Move(monotonic: time, boot: time, wall: time);

    /// <summary>The machine sleeps for so long.</summary>
    public void Suspend(TimeSpan time) => Move(monotonic: default, boot: time, wall: time);

    /// <summary>NTP, or a person, sets the clock. A paused virtual machine sees no more of its pause than this.</summary>
    public void SetWall(TimeSpan by) => Move(monotonic: default, boot: default, wall: by);

    public void Dispose() => _offsets.Dispose();

    private void Move(TimeSpan monotonic, TimeSpan boot, TimeSpan wall)
    {
        foreach (var (clock, by) in new[] { monotonic, boot, wall }.Index())
            _nanoseconds[clock] += by.Ticks * TimeSpan.NanosecondsPerTick;
        Write();
    }

    private void Write() => RandomAccess.Write(_offsets.SafeFileHandle, System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(_nanoseconds), 0);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
