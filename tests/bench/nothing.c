/* Does nothing. Its run time is the cost of starting and ending a program. */
int main(void)
{
    return 0;
}
