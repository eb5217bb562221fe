/* Does nothing: measures the cost of starting and ending a program. */
int main(void)
{
    return 0;
}
