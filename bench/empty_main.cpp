// Linked with LibTorch and empty: what every program's start is measured against.
int main() {}
