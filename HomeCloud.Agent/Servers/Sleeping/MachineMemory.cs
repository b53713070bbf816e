using System.Globalization;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>How much memory can be used without swapping.</summary>
public interface IMachineMemory
{
    /// <summary>Bytes; null when it is not known, as for an engine on another machine.</summary>
    long? Available { get; }
}

/// <summary>MemAvailable of proc_meminfo(5).</summary>
public sealed class MachineMemory(ServersOptions options) : IMachineMemory
{
    private const string Path = "/proc/meminfo";

    public long? Available
    {
        get
        {
            if (options.EngineIsRemote || !File.Exists(Path))
                return null;
            var line = File.ReadLines(Path).FirstOrDefault(text => text.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..]
                && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount << 10 : null;
        }
    }
}
