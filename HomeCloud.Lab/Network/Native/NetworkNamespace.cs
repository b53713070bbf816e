using System.Runtime.InteropServices;
using HomeCloud.Lab.Setting;
using Microsoft.Win32.SafeHandles;

namespace HomeCloud.Lab.Network.Native;

/// <summary>Makes sockets that belong to a machine of the lab.</summary>
public static class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>
    /// Runs <paramref name="create"/> on a thread that is inside the network namespace of process
    /// <paramref name="pid"/>. A socket stays in the namespace it was made in, so the thread may end at once.
    /// </summary>
    /// <exception cref="LabException">The namespace is gone, or the caller is not root.</exception>
    public static T Create<T>(int pid, Func<T> create)
    {
        T result = default!;
        Exception? failure = null;
        // A thread of its own, never the pool's: it must not be used again after it changed namespaces.
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle($"/proc/{pid}/ns/net", share: FileShare.ReadWrite | FileShare.Delete);
                if (EnterNamespace(network, CloneNewNet) != 0)
                    throw new LabException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                result = create();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new LabException($"No socket inside the lab: {failure.Message}", failure);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int EnterNamespace(SafeFileHandle handle, int kind);
}
