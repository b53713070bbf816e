using HomeCloud.Commands;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabErrors
{
    /// <summary>Turns what the lab says it cannot do into one line for the user.</summary>
    public static async Task<int> ShowAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("\nInterrupted; stopping the lab.");
            throw;
        }
        catch (LabException error)
        {
            throw new UserErrorException(error.Message, error);
        }
    }
}
