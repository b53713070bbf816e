using HomeCloud.Net.Machine.Native;

namespace HomeCloud.Net.Machine;

/// <summary>Work that takes a processor for long, in a process that answers others meanwhile: it runs on a thread that gives way.</summary>
public static class YieldingWork
{
    /// <param name="name">Of the thread, at most 15 octets, for ps(1) and top(1).</param>
    /// <param name="work">Cannot be given up once it runs.</param>
    /// <returns>What it returns or throws.</returns>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            YieldingThread.Begin();
            try
            {
                result.SetResult(work());
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        })
        { IsBackground = true, Name = name }.Start();
        return result.Task;
    }
}
