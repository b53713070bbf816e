using System.Diagnostics;

namespace HomeCloud.Bench.Measuring;

/// <summary>Which processor the server and the client run on.</summary>
internal static class Affinity
{
    public const int ServerCore = 0;
    public const int ClientCore = 1;

    public static bool Possible => OperatingSystem.IsLinux() && Environment.ProcessorCount >= 2;

    /// <summary>Moves this process to the client's core.</summary>
    public static void PinClient(bool pinned)
    {
        if (Possible && OperatingSystem.IsLinux())
            Process.GetCurrentProcess().ProcessorAffinity = pinned ? 1 << ClientCore : (1 << Math.Min(Environment.ProcessorCount, 62)) - 1;
    }

    /// <summary>Moves all threads of a process tree to the server's core, or lets them run anywhere.</summary>
    public static void PinServer(int root, bool pinned)
    {
        if (!Possible)
            return;

        foreach (var id in ProcessTree.Of(root))
            Tool.Run("taskset", "-a", "-p", "-c", pinned ? ServerCore.ToString() : $"0-{Environment.ProcessorCount - 1}", id.ToString());
    }
}
