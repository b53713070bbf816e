using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Report;

/// <summary>Names the machine and the versions, without which figures say nothing.</summary>
internal static class MachineDescription
{
    public static string Describe()
    {
        var model = ReadValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = ReadValue("/proc/meminfo", "MemTotal") is { } text && long.TryParse(text.Split(' ')[0], out var kib) ? $"{kib >> 20} GB" : "?";
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        return $"{model}, {Environment.ProcessorCount} processors, {memory}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; load average at the start {load}";
    }

    public static string Versions(IEnumerable<ISystem> systems) => string.Join(", ", systems
        .Where(system => system is not EchoSystem)
        .Select(system => $"{system.Name} {Version(system)}"));

    private static string Version(ISystem system)
    {
        if (system.VersionArgument.Length == 0)
            return FileVersionInfo.GetVersionInfo(system.Program).FileVersion ?? "?";
        var output = Tool.Run(system.Program, system.VersionArgument);
        var word = output.Split((char[])[' ', '\n', ',', '+'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal));
        return word ?? "?";
    }

    private static string? ReadValue(string path, string key)
    {
        if (!File.Exists(path))
            return null;

        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().ToString(CultureInfo.InvariantCulture);
    }
}
