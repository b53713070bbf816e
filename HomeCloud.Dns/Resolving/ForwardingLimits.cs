using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Dns.Resolving;

/// <summary>How many queries may wait for upstreams, in all and for each client.</summary>
internal sealed class ForwardingLimits(int most, int mostPerClient)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientAddress, int> _clients = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool TryEnter(ClientAddress client)
    {
        lock (_lock)
        {
            _clients.TryGetValue(client, out var waiting);
            if (_count >= most || waiting >= mostPerClient)
                return false;
            _clients[client] = waiting + 1;
            _count++;
            return true;
        }
    }

    public void Leave(ClientAddress client)
    {
        lock (_lock)
        {
            _count--;
            if (_clients.TryGetValue(client, out var waiting) && waiting > 1)
                _clients[client] = waiting - 1;
            else
                _clients.Remove(client);
        }
    }
}
